package dev.consigne.job;

import java.time.Duration;

/** What is told about the stores now and then. Calls are cheap and never fail. */
public interface StoreMeters {
    StoreMeters NOOP = new StoreMeters() {};

    /** The two stores. */
    enum Store {
        POSTGRESQL,
        MONGODB
    }

    /** Whether the store answered this process just now. */
    default void answered(Store store, boolean answer) {}

    /** How far the catalog's clock is from that of this process at the least, either way. */
    default void clockSkew(Duration atLeast) {}

    /** For how long what leaves first could have been gone; zero if nothing is late. */
    default void removalOverdue(Duration late) {}

    /** Since the job was last done; while a run of it is not done, since that began. */
    default void notDoneSince(JobName job, Duration age) {}
}
