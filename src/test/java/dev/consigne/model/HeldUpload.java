package dev.consigne.model;

import dev.consigne.file.FileRecord;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * An upload that stands still at some step, in a process that stands still with it.
 *
 * @param goOn to be completed when it may go on
 * @param end when it is through
 * @param process where it runs; nothing else does
 * @param since the time it came to stand
 */
record HeldUpload(
        Upload upload,
        Payload payload,
        CompletableFuture<Void> goOn,
        CompletableFuture<FileRecord> end,
        Replica process,
        Duration since) {}
