package dev.consigne.bulk;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a wish is carried out.
 *
 * @param checkpoint what the next step begins behind: a name, or a number of ids
 * @param done files changed
 * @param failed files that could not be
 * @param failures the first {@value #MAX_FAILURES} of them
 */
public record BulkTask(
        BulkId id,
        BulkOrder order,
        State state,
        String checkpoint,
        long done,
        long failed,
        List<BulkFailure> failures,
        Instant createdAt,
        Optional<Instant> finishedAt) {
    /** More are counted and not listed. */
    public static final int MAX_FAILURES = 100;

    /** Where it stands. */
    public enum State {
        /** Its turn has not come, or it is being carried out. */
        PENDING,
        /** Every selected file was tried. */
        DONE,
        /** It was told to stop; what was done stays done. */
        CANCELLED
    }

    public BulkTask {
        failures = List.copyOf(failures);
    }
}
