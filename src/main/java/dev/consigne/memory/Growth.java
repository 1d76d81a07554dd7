package dev.consigne.memory;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * By how many the transfers that run have become more lately: since there were fewest of them, some {@value #SECONDS} to
 * twice as many seconds ago. Not safe for use by many threads.
 */
final class Growth {
    private static final long SECONDS = 10;
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(SECONDS);

    private final LongSupplier nanos;
    private long began;
    private int running;
    private int fewest;
    private int fewestBefore;

    /** @param nanos a clock that only goes forward */
    Growth(LongSupplier nanos) {
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    void oneMore() {
        turn();
        running++;
    }

    void oneLess() {
        turn();
        running--;
        fewest = Math.min(fewest, running);
    }

    int running() {
        return running;
    }

    int lately() {
        turn();
        return running - Math.min(fewest, fewestBefore);
    }

    /** To the next period, if this one is over; if there was none in between, as many ran in it as do now. */
    private void turn() {
        long passed = nanos.getAsLong() - began;
        if (passed < PERIOD) {
            return;
        }
        fewestBefore = passed < 2 * PERIOD ? fewest : running;
        fewest = running;
        began += passed;
    }
}
