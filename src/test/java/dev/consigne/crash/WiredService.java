package dev.consigne.crash;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.consigne.file.BucketCatalog;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.Ticker;
import dev.consigne.job.Collector;
import dev.consigne.job.CollectorConfig;
import dev.consigne.job.CollectorMeters;
import dev.consigne.job.WiredFsck;
import dev.consigne.mongo.WiredChunkStore;
import dev.consigne.postgres.WiredCatalog;
import dev.consigne.testing.Samples;
import dev.consigne.testing.Settings;
import io.quarkus.mongodb.impl.ReactiveMongoClientImpl;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/**
 * The service without HTTP, wired as its beans are, over connections of its own: in the process that dies, and in the one
 * that looks at what it left.
 */
public record WiredService(
        Vertx vertx,
        Pool pool,
        MongoClient mongo,
        FileService files,
        BucketCatalog buckets,
        ChunkStore chunks,
        Collector collector,
        WiredFsck fsck)
        implements AutoCloseable {

    /** The smallest that is allowed: many chunks of few bytes. */
    public static final int CHUNK = 1024;

    private static final int CONNECTIONS = 8;
    private static final String STATEMENT_TIMEOUT = "20s";
    private static final String MONGO_TIMEOUT = "30s";
    private static final String SERVER_SETTING = "quarkus.datasource.reactive.additional-properties.";

    /** @param batch contents the collector claims together */
    public static WiredService to(int postgresPort, int mongoPort, ProtocolProbe probe, int batch) {
        Vertx vertx = Vertx.vertx();
        Pool pool = WiredCatalog.pool(vertx.getDelegate(), catalogAt(postgresPort), CONNECTIONS, STATEMENT_TIMEOUT);
        MongoClient mongo = MongoClients.create("mongodb://127.0.0.1:" + mongoPort);
        ReactiveMongoClient client = new ReactiveMongoClientImpl(mongo);
        ChunkStore chunks = WiredChunkStore.over(client, MONGO_TIMEOUT);
        FileCatalog catalog = WiredCatalog.over(pool, STATEMENT_TIMEOUT);
        FileService files = new FileService(
                catalog,
                chunks,
                Settings.read(
                        FileConfig.class,
                        Map.of(
                                "consigne.file.chunk-size",
                                String.valueOf(CHUNK),
                                "consigne.file.in-flight",
                                String.valueOf(4 * CHUNK))),
                new Ids(Clock.systemUTC(), new SecureRandom()),
                Ticker.SYSTEM,
                FileMeters.NOOP,
                probe,
                Samples.budget());
        Collector collector = new Collector(
                WiredCatalog.garbage(pool, STATEMENT_TIMEOUT),
                chunks,
                Settings.read(CollectorConfig.class, Map.of("consigne.collector.batch", String.valueOf(batch))),
                CollectorMeters.NOOP,
                probe);
        WiredFsck fsck = new WiredFsck(
                WiredCatalog.checks(pool, STATEMENT_TIMEOUT),
                catalog,
                chunks,
                WiredChunkStore.inventory(client, MONGO_TIMEOUT));
        return new WiredService(
                vertx, pool, mongo, files, WiredCatalog.buckets(pool, STATEMENT_TIMEOUT), chunks, collector, fsck);
    }

    private static PgConnectOptions catalogAt(int port) {
        PgConnectOptions options = new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setDatabase("consigne")
                .setUser("consigne")
                .setPassword("consigne")
                .setCachePreparedStatements(true);
        serverSettings().forEach(options::addProperty);
        return options;
    }

    /** What the service tells PostgreSQL about its sessions. */
    private static Map<String, String> serverSettings() {
        Properties properties = new Properties();
        try (InputStream file = WiredService.class.getResourceAsStream("/application.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith(SERVER_SETTING))
                .collect(java.util.stream.Collectors.toMap(
                        name -> name.substring(SERVER_SETTING.length()).replace("\"", ""), properties::getProperty));
    }

    @Override
    public void close() {
        mongo.close();
        pool.close().chain(vertx::close).await().atMost(Duration.ofSeconds(10));
    }
}
