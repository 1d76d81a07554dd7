package dev.consigne.postgres;

import dev.consigne.file.BucketCatalog;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.SearchConfig;
import dev.consigne.file.VersionCatalog;
import dev.consigne.job.AdoptionCatalog;
import dev.consigne.job.CheckCatalog;
import dev.consigne.job.GarbageCatalog;
import dev.consigne.job.StoreMarks;
import dev.consigne.testing.Settings;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.util.List;
import java.util.Map;

/** The catalog over a pool of the test's own. Timeouts are durations as in settings. */
public final class WiredCatalog {
    private WiredCatalog() {}

    /** Gives up after the timeout. */
    public static FileCatalog over(Pool pool, String timeout) {
        return over(pool, timeout, FileMeters.NOOP);
    }

    /** As {@link #over(Pool, String)}, and counts. */
    public static FileCatalog over(Pool pool, String timeout, FileMeters meters) {
        return new PgFileCatalog(
                store(pool, timeout, meters),
                Settings.read(FileConfig.class, Map.of()),
                Settings.read(SearchConfig.class, Map.of()));
    }

    public static BucketCatalog buckets(Pool pool, String timeout) {
        return new PgBucketCatalog(store(pool, timeout, FileMeters.NOOP));
    }

    public static VersionCatalog versions(Pool pool, String timeout) {
        return new PgVersionCatalog(store(pool, timeout, FileMeters.NOOP));
    }

    public static GarbageCatalog garbage(Pool pool, String timeout) {
        return new PgGarbageCatalog(store(pool, timeout, FileMeters.NOOP), Settings.read(FileConfig.class, Map.of()));
    }

    public static CheckCatalog checks(Pool pool, String timeout) {
        return new PgCheckCatalog(store(pool, timeout, FileMeters.NOOP));
    }

    public static AdoptionCatalog adoption(Pool pool, String timeout) {
        return new PgAdoption(store(pool, timeout, FileMeters.NOOP));
    }

    public static StoreMarks.OfCatalog marks(Pool pool, String timeout) {
        return new PgStoreMarks(store(pool, timeout, FileMeters.NOOP));
    }

    /** A pool as the service makes it. */
    public static Pool pool(Vertx vertx, PgConnectOptions options, int size, String timeout) {
        return Pool.newInstance(new PgPool(config(timeout)).create(new PgPoolCreator.Input() {
            @Override
            public Vertx vertx() {
                return vertx;
            }

            @Override
            public PoolOptions poolOptions() {
                return new PoolOptions().setMaxSize(size);
            }

            @Override
            public List<PgConnectOptions> pgConnectOptionsList() {
                return List.of(options);
            }
        }));
    }

    private static PgStore store(Pool pool, String timeout, FileMeters meters) {
        return new PgStore(pool, config(timeout), meters);
    }

    private static PgConfig config(String timeout) {
        return Settings.read(PgConfig.class, Map.of("consigne.postgres.timeout", timeout));
    }
}
