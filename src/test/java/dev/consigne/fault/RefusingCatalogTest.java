package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.ProtocolStep;
import dev.consigne.memory.Caller;
import dev.consigne.postgres.WiredPool;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.PoolCheck;
import dev.consigne.testing.RefusingTrigger;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL answers, and its answer is no: full, too busy, read-only, in conflict. Never an internal error. */
@QuarkusTest
class RefusingCatalogTest extends WithWires {
    private static final int ALWAYS = 1_000_000;
    private static final String ROLE = "consigne_fault";
    private static final long LOCK = 730_001;
    private static final Duration SOON = Duration.ofSeconds(15);
    /** Earlier than a pool would close a connection that nobody uses. */
    private static final Duration BEFORE_SILENCE = Duration.ofSeconds(8);

    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private RefusingTrigger trigger;

    @BeforeEach
    void forgetFaults() {
        trigger = new RefusingTrigger(pool);
        trigger.drop();
        dropRole();
    }

    @AfterEach
    void endFaults() {
        trigger.drop();
        dropRole();
    }

    @Override
    Map<String, String> poolSettings() {
        return Map.of(
                "consigne.postgres.timeout",
                TIMEOUT,
                "consigne.postgres.connection-timeout",
                "2s",
                "consigne.postgres.max-waiting",
                "2");
    }

    /** F11. */
    @ParameterizedTest
    @ValueSource(strings = {"content", "file", "outbox"})
    void saysThatTheStoreIsFullAndGoesOnReading(String table) {
        // Given
        trigger.refuse(table, "53100", ALWAYS);

        // When
        assertFails(() -> await(storeWired("new")), ErrorCode.STORE_FULL);

        // Then
        assertThat(trigger.inserts()).isEqualTo(1);
        assertAbsent("new");
        assertThat(await(service.file(bucket, new FileName("live")))).isEqualTo(live);
        trigger.drop();
        await(storeWired("new"));
        assertBytes("new", bytes);
    }

    /** F12: the server has no connection left. */
    @Test
    void isUnavailableAtOnceWhileTheServerTakesNoConnection() {
        // Given
        Pool limited = poolOfRole("CONNECTION LIMIT 0");
        FileService limitedService = serviceOver(limited, wiredChunks);

        // When
        assertFails(() -> storeOver(limitedService).await().atMost(AT_ONCE), ErrorCode.STORE_UNAVAILABLE);

        // Then
        rows.query("ALTER ROLE " + ROLE + " CONNECTION LIMIT 10");
        await(storeOver(limitedService));
        assertBytes("new", bytes);
        await(limited.close());
    }

    /** F12: the pool has none left. Two may wait, for as long as they may wait for a connection; the others may not. */
    @Test
    void letsFewWaitForAConnectionAndThoseNotForEver() {
        // Given
        FileService patient = serviceOver(wiredPool, "20s", wiredChunks);
        List<SqlConnection> all = await(Uni.join()
                .all(Stream.generate(wiredPool::getConnection).limit(POOL_SIZE).toList())
                .andFailFast());
        List<CompletableFuture<FileRecord>> waiting = Stream.of(live, live)
                .map(file -> patient.file(file.id()).subscribeAsCompletionStage())
                .toList();

        // When
        assertFails(() -> patient.file(live.id()).await().atMost(AT_ONCE), ErrorCode.STORE_UNAVAILABLE);

        // Then
        waiting.forEach(one -> assertFails(
                () -> Uni.createFrom().completionStage(one).await().atMost(Duration.ofSeconds(6)),
                ErrorCode.STORE_UNAVAILABLE));
        all.forEach(connection -> await(connection.close()));
        assertThat(await(patient.file(live.id()))).isEqualTo(live);
    }

    /** F13. */
    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void publishesInSpiteOfConflicts(String sqlState) {
        trigger.refuse("outbox", sqlState, 3);

        FileRecord file = await(storeWired("new"));

        assertThat(trigger.inserts()).isEqualTo(4);
        assertThat(file.generation()).isEqualTo(1);
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored");
        assertBytes("new", bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void isUnavailableAfterThreeMoreConflicts(String sqlState) {
        trigger.refuse("outbox", sqlState, ALWAYS);

        assertFails(() -> await(storeWired("new")), ErrorCode.STORE_UNAVAILABLE);

        assertThat(trigger.inserts()).isEqualTo(4);
        assertAbsent("new");
    }

    /** F14: the connections of before are not kept, since they would go on saying no. */
    @Test
    void leavesConnectionsThatTakeNoChanges() {
        // Given
        Pool readOnly = poolOfRole("CONNECTION LIMIT 10");
        rows.query("ALTER ROLE " + ROLE + " SET default_transaction_read_only = on");
        FileService readOnlyService = serviceOver(readOnly, wiredChunks);
        assertThat(await(readOnlyService.file(live.id()))).isEqualTo(live);

        // When
        assertFails(() -> await(storeOver(readOnlyService)), ErrorCode.STORE_UNAVAILABLE);

        // Then
        rows.query("ALTER ROLE " + ROLE + " RESET default_transaction_read_only");
        await(storeOver(readOnlyService));
        assertBytes("new", bytes);
        await(readOnly.close());
    }

    /** F14: turned while the upload was under way. */
    @Test
    void leavesAConnectionThatWouldNotPublish() {
        // Given
        PoolCheck.assertAllConnectionsAreFree(wiredPool, POOL_SIZE);
        List<Integer> before = wiredSessions();
        assertThat(before).isNotEmpty();
        trigger.refuse("outbox", "25006", 1);

        // When
        assertFails(() -> await(storeWired("new")), ErrorCode.STORE_UNAVAILABLE);

        // Then
        Awaitility.await().atMost(BEFORE_SILENCE).until(() -> !wiredSessions().containsAll(before));
        await(storeWired("new"));
        assertBytes("new", bytes);
    }

    /** F6. */
    @Test
    void storesOnceWhenTheSessionThatCommitsIsEnded() {
        // Given
        SqlConnection holder = await(pool.getConnection());
        await(holder.preparedQuery("SELECT pg_advisory_lock($1)").execute(Tuple.of(LOCK)));
        trigger.holdCommits(LOCK);
        CompletableFuture<ContentId> sealed = probe.once(ProtocolStep.SEALED, contentId -> {});
        CompletableFuture<FileRecord> upload = storeWired("new").subscribeAsCompletionStage();
        Awaitility.await().atMost(SOON).until(() -> !committing().isEmpty());

        // When
        rows.query("SELECT pg_terminate_backend($1)", committing().get(0));
        await(holder.preparedQuery("SELECT pg_advisory_unlock($1)").execute(Tuple.of(LOCK)));

        // Then
        FileRecord file = await(Uni.createFrom().completionStage(upload));
        await(holder.close());
        assertThat(file.content().contentId()).isEqualTo(reached(sealed));
        assertThat(file.generation()).isEqualTo(1);
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored");
        assertBytes("new", bytes);
    }

    private Uni<FileRecord> storeOver(FileService other) {
        return other.store(Caller.UNKNOWN, Samples.upload(bucket, "new"), Bytes.body(bytes, 10_000));
    }

    /** A pool of somebody who, unlike the owner of the database, can be limited. */
    private Pool poolOfRole(String limit) {
        rows.query("CREATE ROLE " + ROLE + " LOGIN PASSWORD 'fault' IN ROLE consigne " + limit);
        return WiredPool.to(
                StoreAddresses.postgresAt(StoreAddresses.postgres().getPort())
                        .setUser(ROLE)
                        .setPassword("fault"),
                vertx,
                POOL_SIZE,
                poolSettings());
    }

    private void dropRole() {
        rows.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", ROLE);
        rows.query("DROP ROLE IF EXISTS " + ROLE);
    }

    private List<Integer> committing() {
        return rows.query("SELECT pid FROM pg_stat_activity WHERE wait_event = 'advisory'").stream()
                .map(row -> row.getInteger("pid"))
                .toList();
    }

    /** Those of the pool under test: the service's own pool names its sessions. */
    private List<Integer> wiredSessions() {
        return rows.query("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'vertx%'").stream()
                .map(row -> row.getInteger("pid"))
                .toList();
    }
}
