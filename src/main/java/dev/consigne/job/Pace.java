package dev.consigne.job;

import dev.consigne.file.Ticker;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Holds work down to so many units a second on average, counted from its first; calls must not overlap. What it was
 * slower than that is not made up for later.
 */
final class Pace {
    private static final double NANOS = 1e9;

    private final Ticker ticker;
    private final double nanosPerUnit;
    private long dueAt;

    /** @param perSecond units a second; 0 for as fast as it goes */
    Pace(Ticker ticker, long perSecond) {
        this.ticker = ticker;
        this.nanosPerUnit = perSecond == 0 ? 0 : NANOS / perSecond;
        this.dueAt = ticker.nanos();
    }

    /** To be waited for after so many units. */
    Uni<Void> after(long units) {
        long now = ticker.nanos();
        dueAt = Math.max(dueAt, now) + Math.round(units * nanosPerUnit);
        long wait = dueAt - now;
        return wait <= 0
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().voidItem().onItem().delayIt().by(Duration.ofNanos(wait));
    }
}
