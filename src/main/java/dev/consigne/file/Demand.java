package dev.consigne.file;

import java.util.concurrent.atomic.AtomicLong;

/** How many items a subscriber still waits for (Reactive Streams, rule 3.17: a sum beyond the largest is no limit). */
final class Demand {
    private final AtomicLong count = new AtomicLong();

    /** @throws IllegalArgumentException if it is not positive (rule 3.9) */
    void add(long items) {
        if (items <= 0) {
            throw new IllegalArgumentException("demand must be positive, was " + items);
        }
        count.getAndAccumulate(items, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }

    boolean isZero() {
        return count.get() == 0;
    }

    /** One item less is waited for. */
    void took() {
        count.getAndUpdate(waiting -> waiting == Long.MAX_VALUE ? waiting : waiting - 1);
    }
}
