package dev.consigne.file;

import java.util.Optional;

/** What became of the wish to upload. */
public sealed interface BeginOutcome {
    /**
     * It may be written and published.
     *
     * @param quota how full the bucket is besides, if it has a quota; the content's limit is no more than what is left
     */
    record Began(PendingContent content, Optional<Quota> quota) implements BeginOutcome {
        /** The content for a bucket without a quota. */
        public Began(PendingContent content) {
            this(content, Optional.empty());
        }
    }

    /**
     * An upload with the same idempotency key was published before, as this; it may have been replaced or deleted since.
     * Nothing is to be written.
     */
    record Answered(FileRecord file) implements BeginOutcome {}
}
