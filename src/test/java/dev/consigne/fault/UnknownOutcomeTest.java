package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.Ticker;
import dev.consigne.postgres.WiredCatalog;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.InMemoryChunkStore.Call;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import dev.consigne.testing.TcpProxy;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The wire to PostgreSQL breaks at the commit: the row is read back, and nothing is removed while it is not known. */
@QuarkusTest
class UnknownOutcomeTest extends WithStores {
    private static final String COMMIT = "COMMIT\0";

    @Inject
    Vertx vertx;

    @Inject
    FileConfig config;

    @Inject
    Ids ids;

    private TcpProxy wire;
    private Pool wired;
    private FileService service;

    @BeforeEach
    void goThroughTheProxy() throws IOException {
        wire = new TcpProxy(
                StoreAddresses.postgres().getHost(), StoreAddresses.postgres().getPort());
        wired = StoreAddresses.pool(vertx, wire.port(), 4);
        service = service(chunks);
    }

    @AfterEach
    void close() throws IOException {
        await(wired.close());
        wire.close();
    }

    @Test
    void storesOnceWhenTheAnswerToTheCommitIsLost() {
        // Given
        wire.loseAnswerTo(COMMIT);

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(wire.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void storesOnceWhenTheCommitNeverArrived() {
        // Given
        wire.loseRequest(COMMIT);

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(wire.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void replacesOnceWhenTheAnswerToTheCommitIsLost() {
        wire.loseAnswerTo(COMMIT);

        FileRecord file = await(storeWired("live"));

        assertThat(file.generation()).isEqualTo(2);
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored");
        assertBytes("live", bytes);
        assertThat(rows.state(live.content().contentId())).isEqualTo("TOMBSTONED");
        await(store("live", liveBytes));
    }

    @Test
    void saysThatItIsNotKnownAndRemovesNothingIfItWasCommitted() {
        // Given
        CompletableFuture<ContentId> sealed = downAfter(() -> wire.loseAnswerTo(COMMIT));

        // When
        assertFails(() -> await(storeWired("new")), ErrorCode.COMMIT_UNKNOWN);

        // Then
        ContentId contentId = reached(sealed);
        assertState(contentId, "LIVE");
        collect(Duration.ofDays(30));
        assertBytes("new", bytes);
    }

    @Test
    void saysThatItIsNotKnownAndRemovesNothingIfItWasNotCommitted() {
        // Given
        CompletableFuture<ContentId> sealed = downAfter(() -> wire.loseRequest(COMMIT));

        // When
        assertFails(() -> await(storeWired("new")), ErrorCode.COMMIT_UNKNOWN);

        // Then
        ContentId contentId = reached(sealed);
        assertState(contentId, "PENDING");
        assertChunks(contentId, 4);
        collect(LEASE_LAPSED.plus(QUARANTINE_OVER));
        assertState(contentId, "SUSPECT");
        assertChunks(contentId, 4);
        assertAbsent("new");
    }

    @Test
    void deletesOnceWhenTheAnswerIsLost() {
        FileRecord file = await(store("gone", bytes));
        wire.loseAnswerTo(file.content().contentId().toString());

        await(service.delete(file.id()));

        assertThat(wire.cuts()).isEqualTo(1);
        assertAbsent("gone");
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored", "file.deleted");
    }

    @Test
    void deletesOnceWhenTheRequestIsLost() {
        FileRecord file = await(store("gone", bytes));
        wire.loseRequest(file.content().contentId().toString());

        await(service.delete(file.id()));

        assertThat(wire.cuts()).isEqualTo(1);
        assertAbsent("gone");
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored", "file.deleted");
    }

    @Test
    void touchesNoChunkIfTheCatalogIsDownAtTheBeginning() {
        // Given
        InMemoryChunkStore untouched = new InMemoryChunkStore();
        FileService down = service(untouched);
        wire.down();

        // When
        assertFails(
                () -> await(down.store(Samples.upload(bucket, "new"), Bytes.body(bytes, 10_000))),
                ErrorCode.STORE_UNAVAILABLE);

        // Then
        assertThat(untouched.calls(Call.ANNOUNCE)).isZero();
        assertThat(untouched.calls(Call.WRITE)).isZero();
        assertAbsent("new");
        wire.up();
        await(storeWired("new"));
        assertBytes("new", bytes);
    }

    @Test
    void beginsOnceWhenTheAnswerIsLost() {
        // Given
        wire.loseAnswerTo(bucket.value());

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(wire.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void answersWhenTheCatalogIsSilent() {
        await(service.file(live.id()));
        wire.stall();

        assertFails(() -> await(service.file(live.id())), ErrorCode.STORE_UNAVAILABLE);

        wire.resume();
    }

    private FileService service(ChunkStore store) {
        return new FileService(
                WiredCatalog.over(wired, "3s"), store, config, ids, Ticker.SYSTEM, FileMeters.NOOP, probe);
    }

    private Uni<FileRecord> storeWired(String name) {
        return service.store(Samples.upload(bucket, name), Bytes.body(bytes, 10_000));
    }

    /** The fault at the commit, and no connection any more after it. */
    private CompletableFuture<ContentId> downAfter(Runnable fault) {
        return probe.at(ProtocolStep.SEALED, Uni.createFrom().voidItem().invoke(() -> {
            fault.run();
            wire.refuseAfterCut();
        }));
    }

    private void assertStoredOnce(FileRecord file) {
        assertState(file.content().contentId(), "LIVE");
        assertThat(file.generation()).isEqualTo(1);
        assertThat(await(files.file(bucket, new FileName("new")))).isEqualTo(file);
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored");
        assertBytes("new", bytes);
    }
}
