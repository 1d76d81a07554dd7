package dev.consigne.postgres;

import dev.consigne.job.GarbageCatalog;
import dev.consigne.testing.Settings;
import io.vertx.mutiny.sqlclient.Pool;
import java.util.Map;

/** The catalog as the collector sees it, over a pool of the test's own. */
public final class WiredGarbageCatalog {
    private WiredGarbageCatalog() {}

    /** Gives up after the timeout, which is a duration as in settings. */
    public static GarbageCatalog over(Pool pool, String timeout) {
        PgConfig config = Settings.read(PgConfig.class, Map.of("consigne.postgres.timeout", timeout));
        return new PgGarbageCatalog(new PgStore(pool, config));
    }
}
