package dev.consigne.file;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Runs steps on one thread at a time, whichever asks first; who asks meanwhile, from another thread or from within a
 * step, leaves its work to the one that runs. What the steps touch needs no other protection.
 */
final class SerialLoop {
    private final BooleanSupplier step;
    private final AtomicInteger asked = new AtomicInteger();

    /** @param step does one thing; false when there is nothing to do but wait to be asked again */
    SerialLoop(BooleanSupplier step) {
        this.step = step;
    }

    void run() {
        if (asked.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            while (step.getAsBoolean()) {
                // until it has to wait
            }
            seen = asked.addAndGet(-seen);
        } while (seen != 0);
    }
}
