package dev.consigne.crash;

/** What a crash leaves of a content, and what becomes of its row from one {@link Moment} to the next. */
enum Left {
    /** No row. */
    NOTHING("none", "none", "none", "none", "none"),
    /** A row and perhaps chunks, without a manifest. */
    INTENT("PENDING", "ABORTING", "PURGED", "none", "none"),
    /** A row and a manifest, without the only chunk. */
    SEALED("PENDING", "ABORTING", "PURGED", "none", "none"),
    /** All but the publication: perhaps it was made on a primary that is gone. */
    WHOLE("PENDING", "SUSPECT", "SUSPECT", "PURGED", "none"),
    /** A file. */
    PUBLISHED("LIVE", "LIVE", "LIVE", "LIVE", "LIVE"),
    /** What was a file. */
    REMOVED("TOMBSTONED", "TOMBSTONED", "TOMBSTONED", "PURGED", "none");

    private final String[] states;

    Left(String... states) {
        this.states = states;
    }

    String stateAt(Moment moment) {
        return states[moment.ordinal()];
    }

    /** Whether chunks and manifest are still to be there. */
    boolean keptAt(Moment moment) {
        return !stateAt(moment).equals("PURGED") && !stateAt(moment).equals("none");
    }
}
