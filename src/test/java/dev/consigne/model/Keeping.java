package dev.consigne.model;

import java.time.Duration;
import java.util.Optional;

/** What a bucket does with what is replaced and deleted in it. */
enum Keeping {
    NOTHING(Optional.empty()),
    /** Shorter than {@link Pause#LAST_SWEEP}, and far from what any others add up to. */
    FOR_A_WHILE(Optional.of(Duration.ofHours(23))),
    FOR_EVER(Optional.empty());

    private final Optional<Duration> retention;

    Keeping(Optional<Duration> retention) {
        this.retention = retention;
    }

    boolean versions() {
        return this != NOTHING;
    }

    /** Empty: until somebody gives it up. */
    Optional<Duration> retention() {
        return retention;
    }
}
