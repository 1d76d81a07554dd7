package dev.consigne.telemetry;

import dev.consigne.job.CollectorMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/** The collector. */
@Singleton
@Startup // a counter that appears with its first event is one that no alert saw grow
class GarbageMeters implements CollectorMeters {
    private final Counter aborted;
    private final Counter suspected;
    private final Counter contents;
    private final Counter chunks;
    private final Counter versions;
    private final Counter errors;

    GarbageMeters(MeterRegistry registry) {
        this.aborted = registry.counter("consigne.gc.aborted");
        this.suspected = registry.counter("consigne.gc.suspected");
        this.contents = registry.counter("consigne.gc.deleted.contents");
        this.chunks = registry.counter("consigne.gc.deleted.chunks");
        this.versions = registry.counter("consigne.gc.expired.versions");
        this.errors = registry.counter("consigne.gc.errors");
    }

    @Override
    public void aborted() {
        aborted.increment();
    }

    @Override
    public void suspected() {
        suspected.increment();
    }

    @Override
    public void purged(long removed) {
        contents.increment();
        chunks.increment((double) removed);
    }

    @Override
    public void expired(int given) {
        versions.increment(given);
    }

    @Override
    public void failed() {
        errors.increment();
    }
}
