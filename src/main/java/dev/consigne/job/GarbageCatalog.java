package dev.consigne.job;

import dev.consigne.file.ContentId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;

/**
 * The catalog as the collector sees it. Every transition is a compare-and-swap on one row, so that two collectors, or a
 * collector and an upload, can never both win; claims skip rows that others hold. Fails as {@code FileCatalog} does.
 */
public interface GarbageCatalog {
    /** Contents that are PENDING though their lease has passed, oldest first. */
    Uni<List<ContentId>> lapsed(int limit);

    /** PENDING with a lapsed lease to ABORTING; false if it is no longer so. */
    Uni<Boolean> abort(ContentId contentId);

    /** PENDING with a lapsed lease to SUSPECT, kept for the retention; false if it is no longer so. */
    Uni<Boolean> suspect(ContentId contentId, Duration retention);

    /**
     * Claims contents whose time has come: TOMBSTONED and SUSPECT past their retention, ABORTING past the quarantine,
     * PURGING whose claim lapsed. A content that a file or a version refers to is never among them, whatever its state
     * says.
     */
    Uni<List<Garbage>> claim(int limit, Duration quarantine, Duration claim);

    /** Claims PURGED contents that are due for their last sweep, those first that were removed first. */
    Uni<List<Garbage>> claimSwept(int limit, Duration lastSweepAfter, Duration claim);

    /** PURGING to PURGED, if the claim still stands. */
    Uni<Boolean> purged(Garbage garbage);

    /** Drops a PURGED row, if the claim still stands. */
    Uni<Boolean> drop(Garbage garbage);

    /**
     * Gives up versions of files whose time is over, at most {@code limit}; their contents are kept for the retention of
     * what was deleted. How many went.
     */
    Uni<Integer> expireVersions(int limit);

    /**
     * For how long what should leave first could have left: a lapsed upload, or a content past its retention. Zero if
     * nothing is late. Reads one row of each kind, or all uploads that run.
     */
    Uni<Duration> overdue();

    /** Removes events older than this, at most {@code limit}; how many went. */
    Uni<Integer> trimOutbox(Duration age, int limit);

    /** Removes idempotency keys past their time whose attempt is not running, at most {@code limit}; how many went. */
    Uni<Integer> trimKeys(int limit);
}
