package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.Ticker;
import dev.consigne.memory.Caller;
import dev.consigne.mongo.WiredChunkStore;
import dev.consigne.postgres.WiredCatalog;
import dev.consigne.postgres.WiredPool;
import dev.consigne.testing.ActiveTransfers;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.PoolCheck;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import dev.consigne.testing.TcpProxy;
import io.quarkus.mongodb.impl.ReactiveMongoClientImpl;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The service over a wire to each store that can break; whatever breaks, nothing may stay behind on them. */
abstract class WithWires extends WithStores {
    static final int POOL_SIZE = 4;
    static final String TIMEOUT = "3s";
    private static final Duration SELECTION = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(15);

    @Inject
    Vertx vertx;

    @Inject
    FileConfig config;

    @Inject
    Ids ids;

    final ActiveTransfers active = new ActiveTransfers();
    TcpProxy toPostgres;
    TcpProxy toMongo;
    Pool wiredPool;
    ChunkStore wiredChunks;
    FileService service;
    private MongoClient mongo;

    @BeforeEach
    void goThroughTheWires() throws IOException {
        toPostgres = wireTo(StoreAddresses.postgres());
        toMongo = wireTo(StoreAddresses.mongo());
        wiredPool = WiredPool.to(StoreAddresses.postgresAt(toPostgres.port()), vertx, POOL_SIZE, poolSettings());
        mongo = StoreAddresses.mongoClient(toMongo.port(), SELECTION);
        wiredChunks = WiredChunkStore.over(new ReactiveMongoClientImpl(mongo), TIMEOUT);
        service = serviceOver(wiredChunks);
    }

    @AfterEach
    void nothingStaysBehind() throws IOException {
        toPostgres.calm();
        toMongo.calm();
        try {
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(active.uploads()).isZero());
            assertThat(active.downloads()).isZero();
            PoolCheck.assertAllConnectionsAreFree(wiredPool, POOL_SIZE);
        } finally {
            await(wiredPool.close());
            mongo.close();
            toPostgres.close();
            toMongo.close();
        }
    }

    /** Settings of the pool that the tests of a class need, by their full names. */
    Map<String, String> poolSettings() {
        return Map.of("consigne.postgres.timeout", TIMEOUT, "consigne.postgres.connection-timeout", "2s");
    }

    FileService serviceOver(ChunkStore chunkStore) {
        return serviceOver(wiredPool, chunkStore);
    }

    FileService serviceOver(Pool catalogPool, ChunkStore chunkStore) {
        return serviceOver(catalogPool, TIMEOUT, chunkStore);
    }

    FileService serviceOver(Pool catalogPool, String timeout, ChunkStore chunkStore) {
        return new FileService(
                WiredCatalog.over(catalogPool, timeout),
                chunkStore,
                config,
                ids,
                Ticker.SYSTEM,
                active,
                probe,
                Samples.budget());
    }

    Uni<FileRecord> storeWired(String name) {
        return service.store(Caller.UNKNOWN, Samples.upload(bucket, name), Bytes.body(bytes, 10_000));
    }

    private static TcpProxy wireTo(URI store) throws IOException {
        return new TcpProxy(store.getHost(), store.getPort());
    }
}
