package dev.consigne.testing;

import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;

/** Moves the catalog's own clock, and with it every lease, delay and age; nothing has to sleep. */
public final class CatalogClock {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final Pool pool;

    public CatalogClock(Pool pool) {
        this.pool = pool;
    }

    /** From now on the clock is so far ahead of the real one. */
    public void ahead(Duration distance) {
        replace("now() + interval '" + distance.toMillis() + " milliseconds'");
    }

    /** Back to the real time. */
    public void restore() {
        replace("now()");
    }

    private void replace(String expression) {
        pool.query("CREATE OR REPLACE FUNCTION catalog_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$SELECT "
                        + expression + "$$")
                .execute()
                .await()
                .atMost(BOUND);
    }
}
