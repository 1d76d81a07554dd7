package dev.consigne.job;

import dev.consigne.file.ContentId;

/**
 * A content claimed for removal.
 *
 * @param fence stands in the row for as long as the claim does
 * @param chunkLimit chunks with lower numbers may exist, no others
 * @param lastSweep whether its chunks were removed before, and the row goes with this sweep
 */
public record Garbage(ContentId contentId, int fence, int chunkLimit, boolean lastSweep) {}
