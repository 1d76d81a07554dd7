package dev.consigne.job;

import io.smallrye.mutiny.Uni;

/**
 * Background work in steps. A step is one bounded unit of work that may be killed at any moment and done again from its
 * checkpoint; two processes may do the same step at the same time.
 */
public interface Job {
    JobName name();

    /** Whether a run with this order can remove something, so that it has to wait while removal is held. */
    boolean removes(JobOrder order);

    /**
     * The unit of work at the run's checkpoint.
     *
     * @return fails if a store fails, and then nothing was found: the run ends and goes on from its checkpoint later;
     *     fails with {@link HeldException} if it must not go on
     */
    Uni<JobStep> step(JobRun run);
}
