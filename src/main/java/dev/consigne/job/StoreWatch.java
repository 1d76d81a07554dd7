package dev.consigne.job;

import dev.consigne.file.Ticker;
import dev.consigne.job.StoreMeters.Store;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks both stores now and then, in every process that serves, and tells the meters: whether they answer, and what in the
 * catalog somebody should see. Each question reads a few rows, by an index, whatever the catalog holds.
 */
@ApplicationScoped
class StoreWatch {
    /** A store that takes longer is as good as away. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final StoreMarks.OfCatalog catalog;
    private final StoreMarks.OfChunks chunks;
    private final Supplier<Uni<Duration>> overdue;
    private final Supplier<Uni<List<JobStatus>>> jobs;
    private final StoreMeters meters;
    private final Clock clock;
    private final Ticker ticker;

    @Inject
    StoreWatch(
            StoreMarks.OfCatalog catalog,
            StoreMarks.OfChunks chunks,
            GarbageCatalog garbage,
            JobLog jobs,
            StoreMeters meters,
            Clock clock,
            Ticker ticker) {
        this(catalog, chunks, garbage::overdue, jobs::statuses, meters, clock, ticker);
    }

    StoreWatch(
            StoreMarks.OfCatalog catalog,
            StoreMarks.OfChunks chunks,
            Supplier<Uni<Duration>> overdue,
            Supplier<Uni<List<JobStatus>>> jobs,
            StoreMeters meters,
            Clock clock,
            Ticker ticker) {
        this.catalog = catalog;
        this.chunks = chunks;
        this.overdue = overdue;
        this.jobs = jobs;
        this.meters = meters;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Looks once; never fails. */
    @Scheduled(every = "${consigne.job.watch:15s}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return Uni.join()
                .all(answered(Store.POSTGRESQL, lookAtCatalog()), answered(Store.MONGODB, chunks.readMark()))
                .andCollectFailures()
                .replaceWithVoid();
    }

    private Uni<Void> answered(Store store, Uni<?> question) {
        Uni<Boolean> answer = question.replaceWith(true).onFailure().recoverWithItem(false);
        return Uni.join()
                .first(answer, ticker.after(PATIENCE).replaceWith(false))
                .toTerminate()
                .invoke(answered -> meters.answered(store, answered))
                .replaceWithVoid();
    }

    private Uni<Void> lookAtCatalog() {
        return Uni.createFrom()
                .deferred(this::lookAtClock)
                .call(() -> overdue.get().invoke(meters::removalOverdue))
                .chain(this::lookAtJobs);
    }

    /** The answer was given between asking and hearing it; nothing is said of what that may explain. */
    private Uni<Instant> lookAtClock() {
        long start = ticker.nanos();
        return catalog.read().map(marks -> {
            Duration half = ticker.since(start).dividedBy(2);
            Duration skew = Duration.between(clock.instant().minus(half), marks.now())
                    .abs()
                    .minus(half);
            meters.clockSkew(skew.isNegative() ? Duration.ZERO : skew);
            return marks.now();
        });
    }

    private Uni<Void> lookAtJobs(Instant now) {
        return jobs.get()
                .invoke(all -> all.forEach(job ->
                        since(job).ifPresent(time -> meters.notDoneSince(job.name(), Duration.between(time, now)))))
                .replaceWithVoid();
    }

    private static Optional<Instant> since(JobStatus job) {
        return job.state().equals(JobEnd.DONE.name()) ? job.finishedAt() : job.startedAt();
    }
}
