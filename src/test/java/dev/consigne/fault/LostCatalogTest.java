package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.Slice;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.HandSource;
import dev.consigne.testing.PoolCheck;
import dev.consigne.testing.Samples;
import dev.consigne.testing.TcpProxy;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The wire to PostgreSQL breaks where no commit is under way: an upload outlives it, or says that it did not. */
@QuarkusTest
class LostCatalogTest extends WithWires {
    /** More chunks than may be written before the row has to allow more. */
    private static final int BEYOND_FIRST_LIMIT = 258 * CHUNK;

    /** What F1 allows, with the shorter wait for a connection that the tests have. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private static final Duration RECOVERY = Duration.ofSeconds(20);

    /** Ways to lose a server. */
    enum Loss {
        DOWN(TcpProxy::down),
        GONE_WITHOUT_A_WORD(TcpProxy::vanish);

        private final Consumer<TcpProxy> fault;

        Loss(Consumer<TcpProxy> fault) {
            this.fault = fault;
        }
    }

    /** That the pool finds silent connections out by itself is shown once, below; it takes its time. */
    @AfterEach
    void endSilence() {
        toPostgres.reset();
    }

    /** F1. */
    @ParameterizedTest
    @EnumSource
    void refusesAnUploadBeforeItsBodyIsAskedFor(Loss loss) {
        // Given
        loss.fault.accept(toPostgres);
        HandSource<ByteBuffer> body = new HandSource<>();

        // When
        assertFails(
                () -> service.store(Caller.UNKNOWN, Samples.upload(bucket, "new"), body)
                        .await()
                        .atMost(AT_ONCE),
                ErrorCode.STORE_UNAVAILABLE);

        // Then
        assertThat(body.requested()).isZero();
        assertAbsent("new");
        toPostgres.up();
        assertRecovers();
        PoolCheck.assertAllConnectionsAreFree(wiredPool, POOL_SIZE);
    }

    /** F2: nothing is asked of the catalog meanwhile. */
    @ParameterizedTest
    @EnumSource(names = {"ANNOUNCED", "CHUNK_WRITTEN"})
    void storesTheFileIfTheCatalogIsBackForThePublish(ProtocolStep step) {
        // Given
        CompletableFuture<ContentId> lost = probe.once(step, contentId -> toPostgres.down());
        CompletableFuture<Void> back = new CompletableFuture<>();
        Multi<ByteBuffer> body = Multi.createBy()
                .concatenating()
                .streams(
                        Bytes.body(Arrays.copyOf(bytes, 2 * CHUNK), 10_000),
                        Uni.createFrom()
                                .completionStage(back)
                                .onItem()
                                .transformToMulti(nothing ->
                                        Bytes.body(Arrays.copyOfRange(bytes, 2 * CHUNK, bytes.length), 10_000)));
        CompletableFuture<FileRecord> upload = service.store(Caller.UNKNOWN, Samples.upload(bucket, "new"), body)
                .subscribeAsCompletionStage();
        assertState(reached(lost), "PENDING");

        // When
        toPostgres.up();
        back.complete(null);

        // Then
        FileRecord file = await(Uni.createFrom().completionStage(upload));
        assertThat(file.content().contentId()).isEqualTo(lost.join());
        assertBytes("new", bytes);
    }

    /** F2: the chunk limit cannot be raised, so the collector would not know what was written. */
    @Test
    void givesUpBeforeAChunkThatTheRowDoesNotKnowOf() {
        // Given
        CompletableFuture<ContentId> begun = probe.once(ProtocolStep.ANNOUNCED, contentId -> toPostgres.down());

        // When
        assertFails(
                () -> await(service.store(
                        Caller.UNKNOWN,
                        Samples.upload(bucket, "new"),
                        Bytes.body(new byte[BEYOND_FIRST_LIMIT], CHUNK))),
                ErrorCode.STORE_UNAVAILABLE);

        // Then
        ContentId contentId = reached(begun);
        assertState(contentId, "PENDING");
        assertThat(await(chunks.read(contentId, 256, 64))).isEmpty();
        probe.reset();
        collect(LEASE_LAPSED);
        collect(LEASE_LAPSED.plus(QUARANTINE_OVER));
        assertState(contentId, "PURGED");
        assertRemoved(contentId);
    }

    /** F3: what is whole is kept. Whether the publish was sent is chance; if it was not, that much is known. */
    @ParameterizedTest
    @EnumSource
    void removesNothingIfTheCatalogIsLostAtThePublish(Loss loss) {
        // Given
        CompletableFuture<ContentId> sealed =
                probe.once(ProtocolStep.SEALED, contentId -> loss.fault.accept(toPostgres));

        // When
        assertThatThrownBy(() -> await(storeWired("new")))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure ->
                                assertThat(failure.code()).isIn(ErrorCode.COMMIT_UNKNOWN, ErrorCode.STORE_UNAVAILABLE));

        // Then
        ContentId contentId = reached(sealed);
        assertAbsent("new");
        assertChunks(contentId, 4);
        collect(LEASE_LAPSED.plus(QUARANTINE_OVER));
        assertState(contentId, "SUSPECT");
        assertChunks(contentId, 4);
        toPostgres.up();
        assertRecovers();
    }

    /** F26: whoever has found his file needs the catalog no more. */
    @ParameterizedTest
    @EnumSource
    void goesOnWithDownloads(Loss loss) {
        loss.fault.accept(toPostgres);

        byte[] found = Bytes.joined(await(service.content(Caller.UNKNOWN, live, new Slice(0, live.length()))
                .collect()
                .asList()));

        assertThat(found).isEqualTo(liveBytes);
    }

    /** F26: another process, on another wire, knows nothing of it. */
    @Test
    void leavesOtherProcessesAlone() {
        toPostgres.vanish();
        CompletableFuture<FileRecord> waiting = storeWired("new").subscribeAsCompletionStage();

        await(store("other", bytes));

        assertThat(waiting).isNotDone();
        assertBytes("other", bytes);
        assertFails(() -> await(Uni.createFrom().completionStage(waiting)), ErrorCode.STORE_UNAVAILABLE);
    }

    /** Connections that vanished are still to be found out; until then a caller may meet one. */
    private void assertRecovers() {
        Awaitility.await()
                .atMost(RECOVERY)
                .ignoreExceptionsInstanceOf(ServiceException.class)
                .until(() -> {
                    await(storeWired("new"));
                    return true;
                });
        assertBytes("new", bytes);
    }
}
