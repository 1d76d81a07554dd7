package dev.consigne.model;

import dev.consigne.file.Ticker;
import dev.consigne.testing.CatalogClock;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Time that passes when it is told to, for the catalog and for the process alike: a pod that is paused wakes up later. */
final class PassingTime implements Ticker {
    private final CatalogClock catalog;
    private volatile Duration passed = Duration.ZERO;

    /** Begins at the real time. */
    PassingTime(CatalogClock catalog) {
        this.catalog = catalog;
        catalog.restore();
    }

    void pass(Duration more) {
        passed = passed.plus(more);
        catalog.ahead(passed);
    }

    /** Since the beginning. */
    Duration passed() {
        return passed;
    }

    @Override
    public long nanos() {
        return System.nanoTime() + passed.toNanos();
    }

    /** Never: an upload of the model either ends at once or stands still, and then no timer of its process runs. */
    @Override
    public Uni<Void> after(Duration delay) {
        return Uni.createFrom().nothing();
    }
}
