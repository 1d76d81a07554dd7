package dev.consigne.telemetry;

import dev.consigne.job.FindingKind;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobMeters;
import dev.consigne.job.JobName;
import dev.consigne.job.JobStep;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The jobs: what they looked at, what they found, how they ended. */
@Singleton
@Startup // a counter that appears with its first event is one that no alert saw grow
class JobCounters implements JobMeters {
    /** Not {@code job}: that is what Prometheus calls the thing it scrapes. */
    static final String JOB = "job_name";

    private final MeterRegistry registry;
    private final AtomicInteger held;

    JobCounters(MeterRegistry registry) {
        this.registry = registry;
        this.held = registry.gauge("consigne.gc.held", new AtomicInteger());
        for (JobName name : JobName.values()) {
            Stream.of(JobEnd.values()).forEach(end -> runs(name, end));
            Stream.of(FindingKind.values()).forEach(kind -> findings(name, kind));
        }
    }

    @Override
    public void stepped(JobName name, JobStep step) {
        registry.counter("consigne.job.examined", JOB, name.label()).increment((double) step.examined());
        registry.counter("consigne.job.changed", JOB, name.label()).increment((double) step.changed());
        Counter.builder("consigne.job.read")
                .baseUnit("bytes")
                .tag(JOB, name.label())
                .register(registry)
                .increment((double) step.bytes());
        step.findings().forEach(finding -> findings(name, finding.kind()).increment());
    }

    private Counter findings(JobName name, FindingKind kind) {
        return registry.counter("consigne.job.findings", JOB, name.label(), "kind", label(kind));
    }

    @Override
    public void ended(JobName name, JobEnd end) {
        runs(name, end).increment();
    }

    private Counter runs(JobName name, JobEnd end) {
        return registry.counter("consigne.job.runs", JOB, name.label(), "result", label(end));
    }

    @Override
    public void held(boolean now) {
        held.set(now ? 1 : 0);
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
