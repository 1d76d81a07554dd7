package dev.consigne.job;

/** What is counted about jobs. Calls are cheap and never fail. */
public interface JobMeters {
    JobMeters NOOP = new JobMeters() {};

    default void stepped(JobName name, JobStep step) {}

    default void ended(JobName name, JobEnd end) {}

    /** Whether removal is held. */
    default void held(boolean held) {}
}
