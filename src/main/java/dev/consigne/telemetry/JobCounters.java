package dev.consigne.telemetry;

import dev.consigne.job.Finding;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobMeters;
import dev.consigne.job.JobName;
import dev.consigne.job.JobStep;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The jobs: what they looked at, what they found, how they ended. */
@Singleton
class JobCounters implements JobMeters {
    private final MeterRegistry registry;
    private final AtomicInteger held;

    JobCounters(MeterRegistry registry) {
        this.registry = registry;
        this.held = registry.gauge("consigne.gc.held", new AtomicInteger());
    }

    @Override
    public void stepped(JobName name, JobStep step) {
        registry.counter("consigne.job.examined", "job", name.label()).increment((double) step.examined());
        registry.counter("consigne.job.changed", "job", name.label()).increment((double) step.changed());
        Counter.builder("consigne.job.read")
                .baseUnit("bytes")
                .tag("job", name.label())
                .register(registry)
                .increment((double) step.bytes());
        step.findings().forEach(finding -> found(name, finding));
    }

    private void found(JobName name, Finding finding) {
        registry.counter(
                        "consigne.job.findings",
                        "job",
                        name.label(),
                        "kind",
                        finding.kind().name().toLowerCase(Locale.ROOT))
                .increment();
    }

    @Override
    public void ended(JobName name, JobEnd end) {
        registry.counter(
                        "consigne.job.runs",
                        "job",
                        name.label(),
                        "result",
                        end.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    @Override
    public void held(boolean now) {
        held.set(now ? 1 : 0);
    }
}
