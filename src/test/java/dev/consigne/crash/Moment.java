package dev.consigne.crash;

import java.time.Duration;

/** The times after a crash at which something changes, by the catalog's clock. At each the collector has done its work. */
enum Moment {
    /** Nobody has cleaned up anything. */
    CRASHED(Duration.ZERO),
    /** Lapsed uploads are given up. */
    LEASE_LAPSED(Duration.ofMinutes(11)),
    /** What was given up is removed. */
    QUARANTINE_OVER(Duration.ofMinutes(17)),
    /** What was replaced, deleted or suspect is removed; rows of what was given up are dropped. */
    RETENTION_OVER(Duration.ofDays(8).plusMinutes(30)),
    /** The last rows are dropped. */
    LAST_SWEEP_OVER(Duration.ofDays(10));

    private final Duration after;

    Moment(Duration after) {
        this.after = after;
    }

    Duration after() {
        return after;
    }
}
