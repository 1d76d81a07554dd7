package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.MediaType;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.UploadCommand;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.StepProbe.StepFailure;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An upload that fails, or whose process dies, after each step: nothing of it is seen, and in the end nothing is left. */
@QuarkusTest
class BrokenUploadTest extends WithStores {
    @ParameterizedTest
    @EnumSource(names = {"INTENT_WRITTEN", "ANNOUNCED", "CHUNK_WRITTEN", "CHUNKS_WRITTEN", "SEALED"})
    void leavesNothingWhereItFailed(ProtocolStep step) {
        // Given
        CompletableFuture<ContentId> reached = probe.failAt(step);

        // When
        assertThatThrownBy(() -> await(store("new", bytes))).isInstanceOf(StepFailure.class);

        // Then
        ContentId contentId = reached(reached);
        assertAbsent("new");
        assertGivenUp(step, contentId);
        probe.reset();
        collect(Duration.ZERO);
        assertThat(rows.state(contentId))
                .as("in its quarantine, or still leased")
                .isIn("ABORTING", "PENDING");
        assertGoesForGood(contentId);
    }

    /** The row is not marked if it died right after U1: the upload had no right to the row yet; its lease lapses. */
    private void assertGivenUp(ProtocolStep step, ContentId contentId) {
        assertState(contentId, step == ProtocolStep.INTENT_WRITTEN ? "PENDING" : "ABORTING");
    }

    @ParameterizedTest
    @EnumSource(names = {"INTENT_WRITTEN", "ANNOUNCED", "CHUNK_WRITTEN", "CHUNKS_WRITTEN"})
    void leavesNothingWhereItsProcessDied(ProtocolStep step) {
        // Given
        ContentId contentId = dieAt(step);
        assertAbsent("new");
        assertState(contentId, "PENDING");
        collect(Duration.ofMinutes(9));
        assertState(contentId, "PENDING");

        // When
        collect(LEASE_LAPSED);

        // Then
        assertState(contentId, "ABORTING");
        assertAbsent("new");
        assertGoesForGood(contentId);
    }

    @Test
    void keepsAWholeButUnpublishedContentForItsRetention() {
        // Given
        ContentId contentId = dieAt(ProtocolStep.SEALED);
        assertState(contentId, "PENDING");

        // When
        collect(LEASE_LAPSED);

        // Then
        assertState(contentId, "SUSPECT");
        assertAbsent("new");
        collect(Duration.ofDays(8));
        assertState(contentId, "SUSPECT");
        assertChunks(contentId, 4);
        assertThat(await(chunks.manifest(contentId))).isPresent();
        collect(LEASE_LAPSED.plus(RETENTION_OVER));
        assertState(contentId, "PURGED");
        assertRemoved(contentId);
    }

    @Test
    void hasStoredTheFileIfOnlyTheAnswerFailed() {
        // Given
        CompletableFuture<ContentId> reached = probe.failAt(ProtocolStep.PUBLISHED);

        // When
        assertThatThrownBy(() -> await(store("new", bytes))).isInstanceOf(StepFailure.class);

        // Then
        assertState(reached(reached), "LIVE");
        probe.reset();
        collect(Duration.ofDays(30));
        assertBytes("new", bytes);
    }

    @Test
    void keepsTheOldContentWhenTheReplacementBreaks() {
        CompletableFuture<ContentId> reached = probe.failAt(ProtocolStep.SEALED);

        assertThatThrownBy(() -> await(store("live", bytes))).isInstanceOf(StepFailure.class);

        assertBytes("live", liveBytes);
        probe.reset();
        assertGoesForGood(reached(reached));
    }

    @Test
    void givesUpWhenTheBodyFails() {
        // Given
        CompletableFuture<ContentId> reached =
                probe.at(ProtocolStep.ANNOUNCED, Uni.createFrom().voidItem());
        IllegalStateException gone = new IllegalStateException("client gone");
        Multi<ByteBuffer> body = Multi.createBy()
                .concatenating()
                .streams(Bytes.body(bytes, 10_000), Multi.createFrom().failure(gone));

        // When
        assertThatThrownBy(() -> await(files.store(Caller.UNKNOWN, command("new", OptionalLong.empty()), body)))

                // Then
                .isSameAs(gone);
        assertState(reached(reached), "ABORTING");
        assertAbsent("new");
    }

    @Test
    void refusesABodyThatIsNotAsLongAsDeclared() {
        for (int declared : new int[] {0, bytes.length - 1, bytes.length + 1, CHUNK}) {
            // Given
            CompletableFuture<ContentId> reached =
                    probe.at(ProtocolStep.INTENT_WRITTEN, Uni.createFrom().voidItem());
            UploadCommand command = command("new", OptionalLong.of(declared));

            // When
            assertThatThrownBy(() -> await(files.store(Caller.UNKNOWN, command, Bytes.body(bytes, 10_000))))
                    .isInstanceOfSatisfying(ServiceException.class, refused -> {
                        assertThat(refused.code()).isEqualTo(ErrorCode.LENGTH_MISMATCH);
                        assertThat(refused.extensions()).containsEntry("header", "Content-Length");
                    });

            // Then
            assertState(reached(reached), "ABORTING");
            assertAbsent("new");
        }
    }

    @Test
    void refusesADeclaredLengthThatNoStoreCouldHold() {
        UploadCommand command = command("new", OptionalLong.of(Long.MAX_VALUE));

        assertFails(
                () -> await(files.store(Caller.UNKNOWN, command, Bytes.body(bytes, 10_000))),
                ErrorCode.CONTENT_TOO_LARGE);
    }

    @Test
    void stopsABodyOfUnknownLengthAtTheBucketsLimit() {
        // Given
        await(buckets.put(bucket, OptionalLong.of(bytes.length - 1)));

        // When
        assertFails(() -> await(store("new", bytes)), ErrorCode.CONTENT_TOO_LARGE);

        // Then
        assertAbsent("new");
        await(buckets.put(bucket, OptionalLong.of(bytes.length)));
        await(store("new", bytes));
        assertBytes("new", bytes);
    }

    @Test
    void losesToTheCollectorThatTookItsRow() {
        // Given an upload that stands still until its lease has lapsed and the collector has been there
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        CompletableFuture<ContentId> reached =
                probe.at(ProtocolStep.CHUNKS_WRITTEN, Uni.createFrom().completionStage(goOn));
        CompletableFuture<?> upload = store("new", bytes).subscribeAsCompletionStage();
        ContentId contentId = reached(reached);
        collect(LEASE_LAPSED);
        assertState(contentId, "ABORTING");

        // When
        goOn.complete(null);

        // Then
        assertFails(() -> await(Uni.createFrom().completionStage(upload)), ErrorCode.UPLOAD_LOST);
        assertAbsent("new");
        collect(LEASE_LAPSED.plus(QUARANTINE_OVER));
        assertState(contentId, "PURGED");
        assertRemoved(contentId);
    }

    private ContentId dieAt(ProtocolStep step) {
        CompletableFuture<ContentId> reached = probe.dieAt(step);
        Cancellable upload =
                store("new", bytes).subscribe().with(done -> {}, failure -> reached.completeExceptionally(failure));
        ContentId contentId = reached(reached);
        upload.cancel();
        probe.reset();
        return contentId;
    }

    /** Removed after lease and quarantine, and the row with it after its last sweep. */
    private void assertGoesForGood(ContentId contentId) {
        Duration removed = LEASE_LAPSED.plus(QUARANTINE_OVER);
        collect(LEASE_LAPSED);
        collect(removed);
        assertState(contentId, "PURGED");
        assertRemoved(contentId);
        collect(removed.plus(LAST_SWEEP_DUE));
        assertState(contentId, "none");
        assertRemoved(contentId);
    }

    private UploadCommand command(String name, OptionalLong declared) {
        return new UploadCommand(bucket, new FileName(name), MediaType.OCTET_STREAM, declared);
    }
}
