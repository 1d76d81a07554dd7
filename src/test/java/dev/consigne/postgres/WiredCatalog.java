package dev.consigne.postgres;

import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileConfig;
import dev.consigne.testing.Settings;
import io.vertx.mutiny.sqlclient.Pool;
import java.util.Map;

/** The catalog over a pool of the test's own. */
public final class WiredCatalog {
    private WiredCatalog() {}

    /** Gives up after the timeout, which is a duration as in settings. */
    public static FileCatalog over(Pool pool, String timeout) {
        PgConfig config = Settings.read(PgConfig.class, Map.of("consigne.postgres.timeout", timeout));
        return new PgFileCatalog(new PgStore(pool, config), Settings.read(FileConfig.class, Map.of()));
    }
}
