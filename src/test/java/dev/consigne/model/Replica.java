package dev.consigne.model;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileService;
import dev.consigne.file.FileVersions;
import dev.consigne.file.Ids;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.Ticker;
import dev.consigne.job.Collector;
import dev.consigne.job.CollectorConfig;
import dev.consigne.job.CollectorMeters;
import dev.consigne.mongo.WiredChunkStore;
import dev.consigne.postgres.WiredCatalog;
import dev.consigne.testing.Samples;
import dev.consigne.testing.Settings;
import dev.consigne.testing.StepProbe;
import dev.consigne.testing.TcpProxy;
import io.quarkus.mongodb.impl.ReactiveMongoClientImpl;
import io.vertx.mutiny.sqlclient.Pool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** One running service as far as its files and its collector go, each store behind a wire that can break. */
final class Replica implements AutoCloseable {
    /** Small, so that many chunks cost little. */
    static final int CHUNK = 4 * 1024;

    private static final String STORE_TIMEOUT = "5s";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TcpProxy postgres;
    private final TcpProxy mongo;
    private final Pool pool;
    private final MongoClient client;
    private final StepProbe probe = new StepProbe();
    private final FileService files;
    private final FileVersions versions;
    private final Collector collector;

    /** @param begun gets the id of every content that a chunk may be written for */
    Replica(Stores stores, Ticker ticker, Set<ContentId> begun) {
        postgres = wire(stores.postgresHost(), stores.postgresPort());
        mongo = wire(stores.mongoHost(), stores.mongoPort());
        pool = stores.pool(postgres.port(), 4, STORE_TIMEOUT);
        client = stores.mongoClient(mongo.port());
        ChunkStore chunks = WiredChunkStore.over(new ReactiveMongoClientImpl(client), STORE_TIMEOUT);
        ProtocolProbe noting = (step, contentId) -> {
            begun.add(contentId);
            return probe.at(step, contentId);
        };
        FileConfig config =
                Settings.read(FileConfig.class, Map.of("consigne.file.chunk-size", Integer.toString(CHUNK)));
        Ids ids = new Ids(Clock.systemUTC(), new SecureRandom());
        versions = new FileVersions(WiredCatalog.versions(pool, STORE_TIMEOUT), config, ids);
        files = new FileService(
                WiredCatalog.over(pool, STORE_TIMEOUT),
                chunks,
                config,
                ids,
                ticker,
                FileMeters.NOOP,
                noting,
                Samples.budget());
        collector = new Collector(
                WiredCatalog.garbage(pool, STORE_TIMEOUT),
                chunks,
                Settings.read(CollectorConfig.class, Map.of()),
                CollectorMeters.NOOP,
                noting);
    }

    FileService files() {
        return files;
    }

    FileVersions versions() {
        return versions;
    }

    Collector collector() {
        return collector;
    }

    StepProbe probe() {
        return probe;
    }

    TcpProxy wireToPostgres() {
        return postgres;
    }

    TcpProxy wireToMongo() {
        return mongo;
    }

    @Override
    public void close() {
        pool.close().await().atMost(PATIENCE);
        client.close();
        try {
            postgres.close();
            mongo.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TcpProxy wire(String host, int port) {
        try {
            return new TcpProxy(host, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
