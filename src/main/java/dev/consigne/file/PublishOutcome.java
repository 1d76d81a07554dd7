package dev.consigne.file;

/** What the row says about an upload whose commit gave no clear answer. */
public sealed interface PublishOutcome {
    /** It was published, as this; it may have been replaced or deleted since. */
    record Published(FileRecord file) implements PublishOutcome {}

    /** It was not, and may still be. */
    record Pending() implements PublishOutcome {}

    /** It was not, and can no longer be: the lease lapsed. */
    record Lost() implements PublishOutcome {}
}
