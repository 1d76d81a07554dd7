package dev.consigne.job;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Optional;

/** The crosswise marks by which a store is noticed that was put back in time, see {@link RewindGuard}. */
public interface StoreMarks {
    /** The catalog's side. */
    interface OfCatalog {
        Uni<Marks> read();

        /** Begins the next number, durably. */
        Uni<Long> begin();

        /** Notes that the chunk store has this number, durably. */
        Uni<Void> done(long number);

        /** Refuses all removal from now on; a reason that is there already stays. */
        Uni<Void> hold(String reason);

        /** Allows it again. */
        Uni<Void> release();
    }

    /** The chunk store's side. */
    interface OfChunks {
        /** 0 if there was none yet. */
        Uni<Long> readMark();

        /** Sets it; with {@code back} false a higher one stays. */
        Uni<Void> writeMark(long number, boolean back);
    }

    /**
     * @param begun the last number that was begun
     * @param done the last number the chunk store is known to have
     * @param held why nothing may be removed
     * @param now the catalog's clock
     */
    record Marks(long begun, long done, Optional<String> held, Instant now) {}
}
