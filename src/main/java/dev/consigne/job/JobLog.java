package dev.consigne.job;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The jobs' rows: who runs what, how far, what was found. Fails as {@code FileCatalog} does. */
public interface JobLog {
    /**
     * Takes the job, unless another process has it or it ended less than {@code notWithin} ago. A run whose process is
     * gone goes on at its checkpoint with its own order; otherwise a new run begins.
     *
     * @param lease how long it is ours without another word
     */
    Uni<Optional<JobRun>> claim(JobName name, JobOrder order, Duration notWithin, Duration lease);

    /**
     * Saves a step, its findings and the lease. With the first step of a run the findings of the last one go.
     *
     * @return what is to happen next
     */
    Uni<Next> advance(JobRun run, JobStep step, Duration lease);

    /** Keeps the lease while a step takes long; false if the run is no longer ours. */
    Uni<Boolean> renew(JobRun run, Duration lease);

    /** Ends the run, if it is still ours. A failed or held run goes on at its checkpoint when it is claimed again. */
    Uni<Void> end(JobRun run, JobEnd end, String message);

    /** Asks a running job to stop after its step; false if it does not run. */
    Uni<Boolean> requestStop(JobName name);

    Uni<List<JobStatus>> statuses();

    /** What the last run found, oldest first, from the first after the number {@code after}. */
    Uni<List<Numbered>> findings(JobName name, long after, int limit);

    /** What follows a step. */
    enum Next {
        GO_ON,
        STOP,
        /** Another process has the run. */
        LOST
    }

    /** A finding and its number. */
    record Numbered(long number, Finding finding) {}
}
