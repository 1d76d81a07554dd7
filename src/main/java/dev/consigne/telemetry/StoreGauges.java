package dev.consigne.telemetry;

import dev.consigne.job.JobName;
import dev.consigne.job.StoreMeters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The stores as they were when they were last asked; no number while nobody has asked. */
@Singleton
@Startup
class StoreGauges implements StoreMeters {
    private final Map<Store, AtomicReference<Double>> up = new EnumMap<>(Store.class);
    private final Map<JobName, AtomicReference<Double>> ages = new EnumMap<>(JobName.class);
    private final AtomicReference<Double> skew;
    private final AtomicReference<Double> overdue;

    StoreGauges(MeterRegistry registry) {
        for (Store store : Store.values()) {
            up.put(store, gauge("consigne.store.up", null, Tags.of("store", label(store)), registry));
        }
        for (JobName job : JobName.values()) {
            ages.put(job, gauge("consigne.job.age", "seconds", Tags.of(JobCounters.JOB, job.label()), registry));
        }
        this.skew = gauge("consigne.clock.skew", "seconds", Tags.empty(), registry);
        this.overdue = gauge("consigne.gc.overdue", "seconds", Tags.empty(), registry);
    }

    private static AtomicReference<Double> gauge(
            String name, @Nullable String unit, Tags tags, MeterRegistry registry) {
        AtomicReference<Double> value = new AtomicReference<>(Double.NaN);
        Gauge.builder(name, value, AtomicReference::get)
                .baseUnit(unit)
                .tags(tags)
                .register(registry);
        return value;
    }

    private static <K> void set(Map<K, AtomicReference<Double>> gauges, K of, double value) {
        Objects.requireNonNull(gauges.get(of)).set(value);
    }

    @Override
    public void answered(Store store, boolean answer) {
        set(up, store, answer ? 1.0 : 0.0);
    }

    @Override
    public void clockSkew(Duration atLeast) {
        skew.set(seconds(atLeast));
    }

    @Override
    public void removalOverdue(Duration late) {
        overdue.set(seconds(late));
    }

    @Override
    public void notDoneSince(JobName job, Duration age) {
        set(ages, job, seconds(age));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
