package dev.consigne.job;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Runs what is due, in whichever process asks first, while the stores are known to be the right pair. */
@ApplicationScoped
class JobSchedule {
    private static final Logger LOG = Logger.getLogger(JobSchedule.class);

    private final JobRunner runner;
    private final JobConfig config;
    private final StoresOpen open;

    JobSchedule(JobRunner runner, JobConfig config, StoresOpen open) {
        this.runner = runner;
        this.config = config;
        this.open = open;
    }

    @Scheduled(every = "${consigne.collector.every:1m}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> collector() {
        return due(JobName.COLLECTOR, JobOrder.REPAIR, Duration.ZERO);
    }

    @Scheduled(every = "${consigne.job.bulk-every:5s}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> bulk() {
        return due(JobName.BULK, JobOrder.REPAIR, Duration.ZERO);
    }

    @Scheduled(every = "${consigne.job.poll:1m}", delayed = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> check() {
        return due(JobName.CHECK, JobOrder.REPORT, config.checkEvery());
    }

    @Scheduled(every = "${consigne.job.poll:1m}", delayed = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> scrub() {
        return due(JobName.SCRUB, JobOrder.REPORT, config.scrubEvery());
    }

    @Scheduled(every = "${consigne.job.poll:1m}", delayed = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> orphans() {
        return due(JobName.ORPHANS, config.orphansDelete() ? JobOrder.REPAIR : JobOrder.REPORT, config.orphansEvery());
    }

    private Uni<Void> due(JobName name, JobOrder order, Duration every) {
        if (!open.getAsBoolean()) {
            return Uni.createFrom().voidItem();
        }
        return runner.run(name, order, every)
                .onFailure()
                .invoke(failure -> LOG.warnf(failure, "job %s could not be run; it is tried again", name))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }
}
