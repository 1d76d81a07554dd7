package dev.consigne.job;

/** What is counted about the collector. Calls are cheap and never fail. */
public interface CollectorMeters {
    CollectorMeters NOOP = new CollectorMeters() {};

    default void aborted() {}

    default void suspected() {}

    default void purged(long chunks) {}

    /** Versions given up because their time was over. */
    default void expired(int versions) {}

    default void failed() {}
}
