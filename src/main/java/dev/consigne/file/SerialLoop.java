package dev.consigne.file;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs steps on one thread at a time, whichever asks first; who asks meanwhile, from another thread or from within a
 * step, leaves its work to the one that runs. What the steps touch needs no other protection.
 */
final class SerialLoop {
    private final BooleanSupplier step;
    private final Consumer<Throwable> onThrow;
    private final AtomicInteger asked = new AtomicInteger();

    /**
     * @param step does one thing; false when there is nothing to do but wait to be asked again
     * @param onThrow told of what a step throws, an {@link OutOfMemoryError} included; the loop stays usable, so that
     *     whoever waits still hears of the end
     */
    SerialLoop(BooleanSupplier step, Consumer<Throwable> onThrow) {
        this.step = step;
        this.onThrow = onThrow;
    }

    void run() {
        if (asked.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            runSteps();
            seen = asked.addAndGet(-seen);
        } while (seen != 0);
    }

    @SuppressWarnings("CatchingUnchecked") // an error, too, must not leave the loop marked as running for ever
    private void runSteps() {
        try {
            while (step.getAsBoolean()) {
                // until it has to wait
            }
        } catch (Throwable thrown) {
            onThrow.accept(thrown);
        }
    }
}
