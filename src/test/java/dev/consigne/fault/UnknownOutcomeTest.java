package dev.consigne.fault;

import static dev.consigne.testing.PublishOnTheWire.COMMIT;
import static dev.consigne.testing.PublishOnTheWire.NEW_FILE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Labels;
import dev.consigne.file.Metadata;
import dev.consigne.file.Preconditions;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.UploadCommand;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.InMemoryChunkStore.Call;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The wire to PostgreSQL breaks at the commit: the row is read back, and nothing is removed while it is not known. */
@QuarkusTest
class UnknownOutcomeTest extends WithWires {
    private static final Metadata SAID = new Metadata("{\"survives\":1}");

    @Test
    void storesOnceWhenTheAnswerToTheCommitIsLost() {
        // Given
        toPostgres.loseAnswerTo(NEW_FILE);

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void storesOnceWhenTheCommitNeverArrived() {
        // Given
        toPostgres.loseRequest(NEW_FILE);

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void replacesOnceWhenTheAnswerToTheCommitIsLost() {
        toPostgres.loseAnswerTo(COMMIT);

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
        CompletableFuture<ContentId> sealed = downAfter(() -> toPostgres.loseAnswerTo(NEW_FILE));

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
        CompletableFuture<ContentId> sealed = downAfter(() -> toPostgres.loseRequest(NEW_FILE));

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

    /** C11 and F3: the client was told nothing, sends it again, and gets the answer it would have got. */
    @Test
    void answersAnUnknownCommitThatWasMadeWhenItIsSentAgainWithItsKey() {
        // Given
        CompletableFuture<ContentId> sealed = downAfter(() -> toPostgres.loseAnswerTo(COMMIT));
        assertFails(() -> await(storeKeyed()), ErrorCode.COMMIT_UNKNOWN);
        probe.reset();
        toPostgres.up();

        // When
        FileRecord file = await(storeKeyed());

        // Then
        assertThat(file.content().contentId()).isEqualTo(reached(sealed));
        assertStoredOnce(file);
        assertThat(await(storeKeyed())).isEqualTo(file);
    }

    /** C9 and C10: while the first attempt may still be published nobody else stores; afterwards its key is free. */
    @Test
    void storesAnUnknownCommitThatWasNotMadeWhenItIsSentAgainAfterItsLease() {
        // Given
        CompletableFuture<ContentId> sealed = downAfter(() -> toPostgres.loseRequest(COMMIT));
        assertFails(() -> await(storeKeyed()), ErrorCode.COMMIT_UNKNOWN);
        probe.reset();
        toPostgres.up();
        assertFails(() -> await(storeKeyed()), ErrorCode.REQUEST_IN_PROGRESS);
        collect(LEASE_LAPSED);

        // When
        FileRecord file = await(storeKeyed());

        // Then
        assertState(reached(sealed), "SUSPECT");
        assertStoredOnce(file);
    }

    @Test
    void claimsTheKeyOnceWhenTheAnswerIsLost() {
        toPostgres.loseAnswerTo(bucket.value());

        FileRecord file = await(storeKeyed());

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void replaysWhenTheAnswerToTheReplayIsLost() {
        FileRecord file = await(storeKeyed());
        toPostgres.loseAnswerTo(COMMIT);

        assertThat(await(storeKeyed())).isEqualTo(file);

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void deletesOnceWhenTheAnswerIsLost() {
        FileRecord file = await(store("gone", bytes));
        toPostgres.loseAnswerTo(file.content().contentId().toString());

        await(service.delete(file.id()));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertAbsent("gone");
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored", "file.deleted");
    }

    @Test
    void deletesOnceWhenTheRequestIsLost() {
        FileRecord file = await(store("gone", bytes));
        toPostgres.loseRequest(file.content().contentId().toString());

        await(service.delete(file.id()));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertAbsent("gone");
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored", "file.deleted");
    }

    @Test
    void changesOnceWhenTheAnswerIsLost() {
        FileRecord file = await(store("said", bytes));
        toPostgres.loseAnswerTo(SAID.json());

        FileRecord changed = await(say(file));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertSaidOnce(file, changed);
    }

    @Test
    void changesOnceWhenTheRequestIsLost() {
        FileRecord file = await(store("said", bytes));
        toPostgres.loseRequest(SAID.json());

        FileRecord changed = await(say(file));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertSaidOnce(file, changed);
    }

    private Uni<FileRecord> say(FileRecord file) {
        return service.change(
                file.id(), Preconditions.NONE, labels -> new Labels(labels.mediaType(), SAID, labels.tags()));
    }

    private void assertSaidOnce(FileRecord file, FileRecord changed) {
        assertThat(changed.metageneration()).isEqualTo(file.metageneration() + 1);
        assertThat(changed).isEqualTo(await(service.file(file.id())));
        assertThat(changed.labels().metadata().json()).contains("survives");
    }

    @Test
    void copiesOnceWhenTheAnswerToTheCommitIsLost() {
        FileRecord file = await(store("source", bytes));
        toPostgres.loseAnswerTo(COMMIT);

        FileRecord copy = await(copy(file));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertCopiedOnce(file, copy);
    }

    @Test
    void copiesOnceWhenTheCommitNeverArrived() {
        FileRecord file = await(store("source", bytes));
        toPostgres.loseRequest(COMMIT);

        FileRecord copy = await(copy(file));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertCopiedOnce(file, copy);
    }

    /** An earlier copy of the same content looks as this one would. */
    @Test
    void copiesOnceMoreWhenTheCommitNeverArrived() {
        FileRecord file = await(store("source", bytes));
        FileRecord first = await(copy(file));
        toPostgres.loseRequest(COMMIT);

        FileRecord copy = await(copy(file));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertThat(copy.generation()).isEqualTo(first.generation() + 1);
        assertThat(copy).isEqualTo(await(service.file(first.id())));
    }

    @Test
    void movesOnceWhenTheAnswerToTheCommitIsLost() {
        FileRecord file = await(store("source", bytes));
        toPostgres.loseAnswerTo(COMMIT);

        FileRecord moved = await(service.move(file.id(), Preconditions.NONE, Optional.empty(), new FileName("target")));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertThat(moved).isEqualTo(await(service.file(file.id())));
        assertThat(moved.metageneration()).isEqualTo(2);
        assertAbsent("source");
    }

    private Uni<FileRecord> copy(FileRecord file) {
        return service.copy(
                file.id(),
                Preconditions.NONE,
                source -> new UploadCommand(
                        bucket, new FileName("copy"), source.mediaType(), OptionalLong.of(source.length())));
    }

    private void assertCopiedOnce(FileRecord file, FileRecord copy) {
        assertThat(copy).isEqualTo(await(service.file(copy.id())));
        assertThat(copy.generation()).isEqualTo(1);
        assertThat(copy.content()).isEqualTo(file.content());
        assertThat(rows.count(
                        "SELECT refs::bigint FROM content WHERE id = $1",
                        file.content().contentId().value()))
                .isEqualTo(2);
    }

    @Test
    void touchesNoChunkIfTheCatalogIsDownAtTheBeginning() {
        // Given
        InMemoryChunkStore untouched = new InMemoryChunkStore();
        FileService down = serviceOver(untouched);
        toPostgres.down();

        // When
        assertFails(
                () -> await(down.store(Caller.UNKNOWN, Samples.upload(bucket, "new"), Bytes.body(bytes, 10_000))),
                ErrorCode.STORE_UNAVAILABLE);

        // Then
        assertThat(untouched.calls(Call.ANNOUNCE)).isZero();
        assertThat(untouched.calls(Call.WRITE)).isZero();
        assertAbsent("new");
        toPostgres.up();
        await(storeWired("new"));
        assertBytes("new", bytes);
    }

    @Test
    void beginsOnceWhenTheAnswerIsLost() {
        // Given
        toPostgres.loseAnswerTo(bucket.value());

        // When
        FileRecord file = await(storeWired("new"));

        // Then
        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertStoredOnce(file);
    }

    @Test
    void answersWhenTheCatalogIsSilent() {
        await(service.file(live.id()));
        toPostgres.stall();

        assertFails(() -> await(service.file(live.id())), ErrorCode.STORE_UNAVAILABLE);

        toPostgres.resume();
    }

    private Uni<FileRecord> storeKeyed() {
        UploadCommand command = Samples.upload(bucket, "new").withKey(Optional.of(new IdempotencyKey("once")));
        return service.store(Caller.UNKNOWN, command, Bytes.body(bytes, 10_000));
    }

    /** The fault at the commit, and no connection any more after it. */
    private CompletableFuture<ContentId> downAfter(Runnable fault) {
        return probe.at(ProtocolStep.SEALED, Uni.createFrom().voidItem().invoke(() -> {
            fault.run();
            toPostgres.refuseAfterCut();
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
