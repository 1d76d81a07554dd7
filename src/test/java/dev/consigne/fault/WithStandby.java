package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.consigne.embedded.StorePair;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketCatalog;
import dev.consigne.file.BucketName;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.Slice;
import dev.consigne.file.Ticker;
import dev.consigne.memory.Caller;
import dev.consigne.mongo.WiredChunkStore;
import dev.consigne.postgres.WiredCatalog;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.Samples;
import dev.consigne.testing.Settings;
import dev.consigne.testing.Standby;
import dev.consigne.testing.StepProbe;
import io.quarkus.mongodb.impl.ReactiveMongoClientImpl;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The whole service on a pair of stores of its own, whose PostgreSQL can be told to wait for a standby. */
@Timeout(120)
abstract class WithStandby {
    static final int CHUNK = 64 * 1024;
    static final int CONNECTIONS = 4;
    static final String TIMEOUT = "5s";
    static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int BOUND_SECONDS = 30;
    static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

    private static StorePair stores;
    private static MongoClient mongo;

    @Inject
    Vertx vertx;

    final BucketName bucket = Samples.newBucket();
    final byte[] bytes = Bytes.seeded(81, 2 * CHUNK + 9);
    final StepProbe probe = new StepProbe();
    final List<FileMeters.Commit> commits = new CopyOnWriteArrayList<>();
    final AtomicInteger localCommits = new AtomicInteger();
    private final FileMeters meters = new CountingMeters();
    Standby standby;
    Pool pool;
    CatalogRows rows;
    ChunkStore chunks;
    BucketCatalog buckets;
    FileService files;

    private Pool beside;

    @BeforeAll
    static void startStores() {
        stores = StorePair.start("stores-standby");
        mongo = MongoClients.create("mongodb://127.0.0.1:" + stores.mongoPort());
        Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://127.0.0.1:" + stores.postgresPort() + "/consigne", "consigne", "consigne")
                .load()
                .migrate();
    }

    @AfterAll
    static void stopStores() throws Exception {
        mongo.close();
        stores.close();
    }

    @BeforeEach
    void beginWithTheStandby() throws Exception {
        standby = new Standby(stores.postgresPort());
        standby.comeBack(); // whatever a killed run left
        chunks = WiredChunkStore.over(new ReactiveMongoClientImpl(mongo), "10s");
        beside = pool(1);
        rows = new CatalogRows(beside);
        connect();
        await(WiredCatalog.buckets(beside, "30s").put(bucket, OptionalLong.empty()));
    }

    @AfterEach
    void endWithTheStandby() throws Exception {
        standby.close();
        await(pool.close());
        await(beside.close());
    }

    /** The service on new connections. */
    final void connect() {
        pool = pool(CONNECTIONS);
        buckets = WiredCatalog.buckets(pool, TIMEOUT);
        files = new FileService(
                WiredCatalog.over(pool, TIMEOUT, meters),
                chunks,
                Settings.read(FileConfig.class, Map.of("consigne.file.chunk-size", "64K")),
                new Ids(Clock.systemUTC(), new SecureRandom()),
                Ticker.SYSTEM,
                meters,
                probe,
                Samples.budget());
    }

    private Pool pool(int size) {
        PgConnectOptions options = new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(stores.postgresPort())
                .setDatabase("consigne")
                .setUser("consigne")
                .setPassword("consigne")
                .setCachePreparedStatements(true)
                .addProperty("consigne.writer", "on")
                .addProperty("lock_timeout", LOCK_TIMEOUT.toMillis() + "ms");
        return WiredCatalog.pool(vertx.getDelegate(), options, size, TIMEOUT);
    }

    /** An upload that waits for the standby with its commit. */
    CompletableFuture<FileRecord> committing(String name) throws Exception {
        Sealed upload = sealed(name);
        standby.leave();
        return upload.commit();
    }

    /** An upload that has stored all of its bytes, and waits for us before it commits. */
    Sealed sealed(String name) throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        CompletableFuture<?> reached =
                probe.at(ProtocolStep.SEALED, Uni.createFrom().completionStage(go));
        CompletableFuture<FileRecord> answer = store(name).subscribeAsCompletionStage();
        reached.get(BOUND_SECONDS, TimeUnit.SECONDS);
        probe.reset();
        return new Sealed(answer, go);
    }

    /** See {@link #sealed}. */
    record Sealed(CompletableFuture<FileRecord> answer, CompletableFuture<Void> go) {
        CompletableFuture<FileRecord> commit() {
            go.complete(null);
            return answer;
        }
    }

    Uni<FileRecord> store(String name) {
        return files.store(Caller.UNKNOWN, Samples.upload(bucket, name), Bytes.body(bytes, 10_000));
    }

    FileRecord found(String name) {
        return await(files.file(bucket, new FileName(name)));
    }

    void assertAbsent(String name) {
        assertFails(() -> found(name), ErrorCode.FILE_NOT_FOUND);
    }

    /** It is there, whole, and was stored by one commit. */
    void assertStoredOnce(String name) {
        FileRecord file = found(name);
        assertThat(file.generation()).isEqualTo(1);
        assertThat(rows.state(file.content().contentId())).isEqualTo("LIVE");
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored");
        byte[] read = Bytes.joined(await(files.content(Caller.UNKNOWN, file, new Slice(0, file.length()))
                .collect()
                .asList()));
        assertThat(Bytes.sha256(read)).isEqualTo(Bytes.sha256(bytes));
    }

    static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(BOUND_SECONDS));
    }

    /** The answer, or what it failed with. */
    static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.orTimeout(BOUND_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    private final class CountingMeters implements FileMeters {
        @Override
        public void committed(Commit result, Duration took) {
            commits.add(result);
        }

        @Override
        public void committedLocally() {
            localCommits.incrementAndGet();
        }
    }
}
