package dev.consigne.job;

import dev.consigne.file.ContentId;
import dev.consigne.file.Manifest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A content as MongoDB names it.
 *
 * @param chunkLimit no chunk with this number or a higher one was ever written, as far as is known there
 * @param manifest present if the upload was complete
 * @param unreadable why nobody understands the manifest, if so; the upload was complete all the same
 */
public record Announced(
        ContentId contentId, OptionalInt chunkLimit, Optional<Manifest> manifest, Optional<String> unreadable) {
    /** Whether the upload was complete, so that nothing of it is garbage. */
    boolean complete() {
        return manifest.isPresent() || unreadable.isPresent();
    }
}
