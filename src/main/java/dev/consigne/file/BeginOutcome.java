package dev.consigne.file;

/** What became of the wish to upload. */
public sealed interface BeginOutcome {
    /** It may be written and published. */
    record Began(PendingContent content) implements BeginOutcome {}

    /**
     * An upload with the same idempotency key was published before, as this; it may have been replaced or deleted since.
     * Nothing is to be written.
     */
    record Answered(FileRecord file) implements BeginOutcome {}
}
