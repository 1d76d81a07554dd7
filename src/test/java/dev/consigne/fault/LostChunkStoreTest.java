package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.consigne.error.ErrorCode;
import dev.consigne.file.Chunk;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.ListQuery;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.Slice;
import dev.consigne.memory.Caller;
import dev.consigne.mongo.WiredChunkStore;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Recording;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import dev.consigne.testing.TcpProxy;
import io.quarkus.mongodb.impl.ReactiveMongoClientImpl;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The wire to MongoDB breaks. If it is there again in time nobody notices; otherwise there is a clear failure, a row that
 * says so, and nothing left in the end.
 */
@QuarkusTest
class LostChunkStoreTest extends WithWires {
    private static final Duration OUTAGE = Duration.ofSeconds(5);

    /** What breaks once and can be made again at once. */
    enum Break {
        IN_THE_MIDDLE_OF_A_CHUNK(wire -> wire.cutAfter(CHUNK + CHUNK / 2)),
        IN_THE_MIDDLE_OF_AN_ANSWER(wire -> wire.cutAnswersAfter(10)),
        OF_EVERY_CONNECTION(TcpProxy::reset);

        private final Consumer<TcpProxy> fault;

        Break(Consumer<TcpProxy> fault) {
            this.fault = fault;
        }
    }

    /** F16. */
    @ParameterizedTest
    @EnumSource
    void storesTheFileOnceInSpiteOfABreak(Break cut) {
        // Given
        probe.once(ProtocolStep.ANNOUNCED, contentId -> cut.fault.accept(toMongo));

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(toMongo.cuts()).isEqualTo(cut == Break.OF_EVERY_CONNECTION ? 0 : 1);
        assertStoredOnce(file);
    }

    /** F21, F24: the chunk that is met under its own name is its own. */
    @Test
    void writesAChunkOnceWhenTheAnswerIsLost() {
        // Given
        probe.once(ProtocolStep.ANNOUNCED, contentId -> toMongo.loseAnswerTo(contentId + ":00000002"));

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(toMongo.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void writesAChunkOnceWhenTheRequestIsLost() {
        // Given
        probe.once(ProtocolStep.ANNOUNCED, contentId -> toMongo.loseRequest(contentId + ":00000002"));

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(toMongo.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void announcesAndSealsOnceWhenTheAnswersAreLost() {
        // Given
        CompletableFuture<ContentId> begun =
                probe.once(ProtocolStep.INTENT_WRITTEN, contentId -> toMongo.loseAnswerTo(contentId.toString()));
        FileRecord announced = await(storeWired("new"));
        assertThat(announced.content().contentId()).isEqualTo(reached(begun));
        probe.once(ProtocolStep.CHUNKS_WRITTEN, contentId -> toMongo.loseAnswerTo("manifests"));

        // When
        FileRecord sealed = await(storeWired("new"));

        // Then
        assertThat(toMongo.cuts()).isEqualTo(2);
        assertThat(sealed.generation()).isEqualTo(2);
        assertThat(await(chunks.manifest(sealed.content().contentId())).map(manifest -> manifest.content()))
                .isEqualTo(Optional.of(sealed.content()));
    }

    /** F16. */
    @Test
    void outlivesAStoreThatIsAwayForFiveSeconds() {
        // Given
        MongoClient patient = StoreAddresses.mongoClient(toMongo.port(), OUTAGE.multipliedBy(3));
        FileService patientService = serviceOver(WiredChunkStore.over(new ReactiveMongoClientImpl(patient), "20s"));
        CompletableFuture<ContentId> written = probe.once(ProtocolStep.CHUNK_WRITTEN, contentId -> {
            toMongo.down();
            CompletableFuture.delayedExecutor(OUTAGE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(toMongo::up);
        });

        try {
            // When
            FileRecord file = await(
                    patientService.store(Caller.UNKNOWN, Samples.upload(bucket, "new"), Bytes.body(bytes, 10_000)));

            // Then
            assertThat(file.content().contentId()).isEqualTo(reached(written));
            assertStoredOnce(file);
        } finally {
            patient.close();
        }
    }

    /** F24. */
    @Test
    void givesUpWhenSomebodyElseHasWrittenTheChunk() {
        // Given
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<ContentId> announced =
                probe.at(ProtocolStep.ANNOUNCED, Uni.createFrom().completionStage(goOn));
        CompletableFuture<FileRecord> upload = storeWired("new").subscribeAsCompletionStage();
        byte[] others = Bytes.seeded(73, CHUNK);
        await(chunks.write(Chunk.of(reached(announced), 2, ByteBuffer.wrap(others))));

        // When
        goOn.complete(null);

        // Then
        assertFails(() -> await(Uni.createFrom().completionStage(upload)), ErrorCode.UPLOAD_LOST);
        assertGivenUpAndRemoved(reached(announced));
    }

    @Test
    void failsAnUploadWhoseStoreFallsSilent() {
        // Given
        CompletableFuture<ContentId> announced = probe.once(ProtocolStep.ANNOUNCED, contentId -> toMongo.stall());

        // When
        assertFails(() -> await(storeWired("new")), ErrorCode.STORE_UNAVAILABLE);

        // Then
        assertGivenUpAndRemoved(reached(announced));
    }

    @Test
    void failsAnUploadWhoseStoreIsGoneWithoutAWord() {
        // Given
        CompletableFuture<ContentId> written = probe.once(ProtocolStep.CHUNK_WRITTEN, contentId -> toMongo.vanish());

        // When
        assertFails(() -> await(storeWired("new")), ErrorCode.STORE_UNAVAILABLE);

        // Then
        assertGivenUpAndRemoved(reached(written));
    }

    /** F15: before the announcement, before the first chunk, before the manifest. */
    @ParameterizedTest
    @EnumSource(names = {"INTENT_WRITTEN", "ANNOUNCED", "CHUNK_WRITTEN", "CHUNKS_WRITTEN"})
    void failsAnUploadWhoseStoreIsDown(ProtocolStep step) {
        CompletableFuture<ContentId> reached = probe.once(step, contentId -> toMongo.down());

        assertFails(() -> await(storeWired("new")), ErrorCode.STORE_UNAVAILABLE);

        assertGivenUpAndRemoved(reached(reached));
    }

    @Test
    void failsADownloadWhoseStoreIsDownAndMarksNoDamage() {
        toMongo.down();

        assertFails(
                () -> await(
                        service.content(Caller.UNKNOWN, live, whole()).collect().asList()),
                ErrorCode.STORE_UNAVAILABLE);

        assertState(live.content().contentId(), "LIVE");
    }

    @Test
    void goesOnWithADownloadWhoseWireIsCutInTheMiddleOfAChunk() {
        toMongo.cutAnswersAfter(CHUNK / 2);

        byte[] found = Bytes.joined(
                await(service.content(Caller.UNKNOWN, live, whole()).collect().asList()));

        assertThat(toMongo.cuts()).isEqualTo(1);
        assertThat(found).isEqualTo(liveBytes);
    }

    /** Whole or a failure, never a short end. */
    @Test
    void breaksADownloadOffWhoseStoreGoesDownInTheMiddle() {
        // Given
        FileRecord large = await(store("large", Bytes.seeded(74, 40 * CHUNK)));
        Recording<ByteBuffer> download =
                Recording.of(service.content(Caller.UNKNOWN, large, new Slice(0, large.length())), 1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> !download.items().isEmpty());

        // When
        toMongo.down();
        download.request(Long.MAX_VALUE);

        // Then
        download.awaitEnd(Duration.ofSeconds(10));
        assertThat(download.completed()).isFalse();
        assertThat(download.endings()).isEqualTo(1);
        assertState(large.content().contentId(), "LIVE");
    }

    /** F25: what needs no bytes is answered as always. */
    @Test
    void findsListsAndDeletesWhileTheStoreCannotBeReached() {
        // Given
        FileRecord file = await(store("gone", bytes));
        toMongo.vanish();

        // When
        await(service.delete(file.id()));

        // Then
        assertThat(await(service.file(bucket, new FileName("live")))).isEqualTo(live);
        assertThat(await(service.list(new ListQuery(bucket, "", Optional.empty(), 10)))
                        .files())
                .containsExactly(live);
    }

    private Slice whole() {
        return new Slice(0, live.length());
    }

    private void assertStoredOnce(FileRecord file) {
        assertThat(file.generation()).isEqualTo(1);
        assertChunks(file.content().contentId(), 4);
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored");
        assertBytes("new", bytes);
    }

    /** Writes that were on their way when the wire broke may still land: the last sweep is for them. */
    private void assertGivenUpAndRemoved(ContentId contentId) {
        toMongo.down();
        assertState(contentId, "ABORTING");
        assertAbsent("new");
        probe.reset();
        collect(QUARANTINE_OVER);
        assertState(contentId, "PURGED");
        collect(QUARANTINE_OVER.plus(LAST_SWEEP_DUE));
        assertState(contentId, "none");
        assertRemoved(contentId);
    }
}
