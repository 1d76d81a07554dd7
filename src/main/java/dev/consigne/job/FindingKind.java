package dev.consigne.job;

/** What can be wrong between the two stores. */
public enum FindingKind {
    /** Chunks of a published content are not there. */
    MISSING_CHUNKS(true),
    /** Chunks have the wrong length or fail their checksum. */
    DAMAGED_CHUNKS(true),
    /** Every chunk is right by itself, and the whole is not what was published. */
    WRONG_DIGEST(true),
    /** Chunks beyond the end of the content; what is served is right. */
    EXTRA_CHUNKS(false),
    /** MongoDB does not say what the content should be; what is served is right. */
    MISSING_MANIFEST(false),
    /** MongoDB and the catalog say different things about the content. */
    MISMATCHED_MANIFEST(false),
    /** The catalog counts more or fewer files and versions that have a content than there are. */
    MISCOUNTED(false),
    /** A published content that neither a file nor a version refers to. */
    UNREFERENCED(false),
    /** A file or a version refers to a content that was given up. */
    GIVEN_UP(true),
    /** Begun in MongoDB, not complete, and the catalog does not know it. */
    ORPHAN(false),
    /** Complete in MongoDB, and the catalog does not know it. */
    ADOPTABLE(false),
    /** Complete in MongoDB, known to the catalog and never published. */
    SUSPECT(false),
    /** A damaged content whose every byte is right again. */
    HEALED(false),
    /** A complete content that was made a file again. */
    ADOPTED(false);

    private final boolean loss;

    FindingKind(boolean loss) {
        this.loss = loss;
    }

    /** Whether the content cannot be served whole. */
    public boolean loss() {
        return loss;
    }

    /**
     * Whether the stores do not fit together, mended or not, and somebody should know. What was made right again is not,
     * nor is an upload that was complete and never published: a crash at that point leaves one, and nobody misses it.
     */
    public boolean wrong() {
        return this != HEALED && this != ADOPTED && this != SUSPECT;
    }
}
