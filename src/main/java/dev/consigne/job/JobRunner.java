package dev.consigne.job;

import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Runs jobs: takes the job's lease, walks its steps, saves each with its findings, and says how it ended. A process that
 * dies leaves a lease that lapses and a checkpoint another goes on from.
 */
@ApplicationScoped
public class JobRunner {
    private static final Logger LOG = Logger.getLogger(JobRunner.class);

    private final Map<JobName, Job> jobs;
    private final JobLog log;
    private final RewindGuard guard;
    private final JobConfig config;
    private final JobMeters meters;

    public JobRunner(@All List<Job> jobs, JobLog log, RewindGuard guard, JobConfig config, JobMeters meters) {
        this.jobs = jobs.stream().collect(Collectors.toMap(Job::name, Function.identity()));
        this.log = log;
        this.guard = guard;
        this.config = config;
        this.meters = meters;
    }

    /**
     * Runs the job to its end.
     *
     * @param notWithin not if it ended less than this ago
     * @return how it ended; empty if it was not due or another process runs it. Fails if the job cannot be taken
     */
    public Uni<Optional<JobEnd>> run(JobName name, JobOrder order, Duration notWithin) {
        return take(name, order, notWithin)
                .chain(taken -> taken.isPresent()
                        ? run(taken.get()).map(Optional::of)
                        : Uni.createFrom().item(Optional.empty()));
    }

    /** As {@link #run(JobName, JobOrder, Duration)}, without waiting for the end; it is told by the log and the row. */
    public Uni<Optional<JobRun>> start(JobName name, JobOrder order) {
        return take(name, order, Duration.ZERO)
                .invoke(taken -> taken.ifPresent(run -> run(run).subscribe()
                        .with(
                                end -> LOG.infof("job %s run %d: %s", name, run.run(), end),
                                failure -> LOG.warnf(
                                        failure, "the end of job %s run %d could not be noted", name, run.run()))));
    }

    /**
     * Takes the job and does nothing yet; {@link #run(JobRun)} is to follow at once.
     *
     * @return the run, with the order it was begun with, which is another's if it goes on; empty as for {@code run}
     */
    public Uni<Optional<JobRun>> take(JobName name, JobOrder order, Duration notWithin) {
        return Uni.createFrom()
                .item(() -> job(name))
                .chain(job -> log.claim(job.name(), order, notWithin, config.lease()));
    }

    /** Runs what was taken to its end; fails only if the end cannot be noted. */
    public Uni<JobEnd> run(JobRun run) {
        Job job = job(run.name());
        Uni<JobEnd> work = guarded(job, run).chain(() -> walk(job, run));
        return Uni.join().first(work, lost(run)).toTerminate().onItemOrFailure().transformToUni((end, failure) -> {
            JobEnd result = failure == null ? end : failure instanceof HeldException ? JobEnd.HELD : JobEnd.FAILED;
            meters.ended(run.name(), result);
            tell(run, result, failure);
            return result == JobEnd.LOST
                    ? Uni.createFrom().item(result)
                    : log.end(run, result, failure == null ? "" : String.valueOf(failure.getMessage()))
                            .replaceWith(result);
        });
    }

    private Job job(JobName name) {
        Job job = jobs.get(name);
        if (job == null) {
            throw new IllegalStateException("nobody does " + name);
        }
        return job;
    }

    private Uni<Void> guarded(Job job, JobRun run) {
        return job.removes(run.order()) ? guard.pass() : Uni.createFrom().voidItem();
    }

    private Uni<JobEnd> walk(Job job, JobRun begun) {
        return Multi.createBy()
                .repeating()
                .uni(() -> new AtomicReference<>(begun), run -> step(job, run))
                .whilst(end -> end.isEmpty())
                .collect()
                .last()
                .map(end -> end.orElse(JobEnd.DONE));
    }

    private Uni<Optional<JobEnd>> step(Job job, AtomicReference<JobRun> current) {
        JobRun run = Objects.requireNonNull(current.get());
        return job.step(run).chain(step -> {
            current.set(run.after(step));
            return log.advance(run, step, config.lease()).map(next -> {
                if (next != JobLog.Next.LOST) {
                    meters.stepped(run.name(), step);
                }
                return switch (next) {
                    case LOST -> Optional.of(JobEnd.LOST);
                    case STOP -> Optional.of(step.more() ? JobEnd.STOPPED : JobEnd.DONE);
                    case GO_ON -> step.more() ? Optional.<JobEnd>empty() : Optional.of(JobEnd.DONE);
                };
            });
        });
    }

    /** Ends only if the lease is lost: a step may take longer than one. */
    private Uni<JobEnd> lost(JobRun run) {
        return Multi.createFrom()
                .ticks()
                .every(config.lease().dividedBy(3))
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(
                        tick -> log.renew(run, config.lease()).onFailure().recoverWithItem(true))
                .filter(kept -> !kept)
                .toUni()
                .replaceWith(JobEnd.LOST);
    }

    private static void tell(JobRun run, JobEnd end, Throwable failure) {
        switch (end) {
            case FAILED -> LOG.warnf(failure, "job %s run %d ended early; the next run goes on", run.name(), run.run());
            case HELD -> LOG.errorf("job %s run %d is held: %s", run.name(), run.run(), failure.getMessage());
            default -> LOG.debugf("job %s run %d: %s", run.name(), run.run(), end);
        }
    }
}
