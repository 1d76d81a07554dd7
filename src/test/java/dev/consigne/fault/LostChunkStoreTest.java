package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.consigne.error.ErrorCode;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.Slice;
import dev.consigne.file.Ticker;
import dev.consigne.mongo.WiredChunkStore;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import dev.consigne.testing.TcpProxy;
import io.quarkus.mongodb.impl.ReactiveMongoClientImpl;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The wire to MongoDB breaks: a clear failure, a row that says so, and nothing left in the end. */
@QuarkusTest
class LostChunkStoreTest extends WithStores {
    @Inject
    FileCatalog catalog;

    @Inject
    FileConfig config;

    @Inject
    Ids ids;

    private TcpProxy wire;
    private MongoClient client;
    private FileService service;

    @BeforeEach
    void goThroughTheProxy() throws IOException {
        wire = new TcpProxy(
                StoreAddresses.mongo().getHost(), StoreAddresses.mongo().getPort());
        client = StoreAddresses.mongoClient(wire.port());
        service = new FileService(
                catalog,
                WiredChunkStore.over(new ReactiveMongoClientImpl(client), "3s"),
                config,
                ids,
                Ticker.SYSTEM,
                FileMeters.NOOP,
                probe);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        wire.close();
    }

    @Test
    void failsAnUploadWhoseWireIsCutInTheMiddleOfAChunk() {
        // Given
        CompletableFuture<ContentId> announced = probe.at(
                ProtocolStep.ANNOUNCED, Uni.createFrom().voidItem().invoke(() -> wire.cutAfter(CHUNK + CHUNK / 2)));

        // When
        assertFails(this::storeWired, ErrorCode.STORE_UNAVAILABLE);

        // Then
        assertThat(wire.cuts()).isEqualTo(1);
        assertGivenUpAndRemoved(reached(announced));
    }

    @Test
    void failsAnUploadWhoseStoreFallsSilent() {
        // Given
        CompletableFuture<ContentId> announced =
                probe.at(ProtocolStep.ANNOUNCED, Uni.createFrom().voidItem().invoke(wire::stall));

        // When
        assertFails(this::storeWired, ErrorCode.STORE_UNAVAILABLE);

        // Then
        assertGivenUpAndRemoved(reached(announced));
    }

    @Test
    void failsAnUploadWhoseStoreIsDown() {
        CompletableFuture<ContentId> begun = probe.at(
                ProtocolStep.INTENT_WRITTEN, Uni.createFrom().voidItem().invoke(wire::down));

        assertFails(this::storeWired, ErrorCode.STORE_UNAVAILABLE);

        assertGivenUpAndRemoved(reached(begun));
    }

    @Test
    void failsADownloadWhoseStoreIsDownAndMarksNoDamage() {
        wire.down();

        assertFails(
                () -> await(service.content(live, new Slice(0, live.length()))
                        .collect()
                        .asList()),
                ErrorCode.STORE_UNAVAILABLE);

        assertState(live.content().contentId(), "LIVE");
    }

    private void storeWired() {
        await(service.store(Samples.upload(bucket, "new"), Bytes.body(bytes, 10_000)));
    }

    /** Writes that were on their way when the wire broke may still land: the last sweep is for them. */
    private void assertGivenUpAndRemoved(ContentId contentId) {
        wire.down();
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
