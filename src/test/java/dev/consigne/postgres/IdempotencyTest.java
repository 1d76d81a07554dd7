package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BeginOutcome;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.MediaType;
import dev.consigne.file.PendingContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.job.GarbageCatalog;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in the catalog: one attempt holds a key, and what it was answered is written with its commit. */
@QuarkusTest
class IdempotencyTest extends WithCatalog {
    private static final Duration LEASE_LAPSED = Duration.ofMinutes(11);
    private static final Duration KEY_EXPIRED = Duration.ofHours(25);

    @Inject
    GarbageCatalog garbage;

    private long mark;
    private final UploadCommand command = keyed("a", "key-1", OptionalLong.empty());

    @BeforeEach
    void rememberWhereTheTestBegan() {
        mark = rows.count("SELECT coalesce(max(seq), 0) FROM content");
    }

    @Test
    void answersAPublishedUploadAgainAndCountsIt() {
        // Given
        PendingContent pending = begin(command);
        FileRecord file = published(pending, command);

        // When
        BeginOutcome second = await(beginning(command));

        // Then
        assertThat(second).isEqualTo(new BeginOutcome.Answered(file));
        await(beginning(command));
        assertThat(key("key-1").getInteger("replays")).isEqualTo(2);
        assertThat(contents()).as("no row for a replay").isEqualTo(1);
    }

    @Test
    void answersAsItDidThoughTheFileWasReplacedAndDeletedSince() {
        FileRecord first = published(begin(command), command);
        FileRecord second = stored("a");
        await(catalog.delete(second, RETENTION));

        assertThat(await(beginning(command))).isEqualTo(new BeginOutcome.Answered(first));
    }

    @Test
    void refusesTheKeyOfAnotherCommand() {
        published(begin(command), command);

        for (UploadCommand other : List.of(
                keyed("b", "key-1", OptionalLong.empty()),
                keyed("a", "key-1", OptionalLong.of(100)),
                new UploadCommand(bucket, command.name(), new MediaType("text/plain"), OptionalLong.empty())
                        .withKey(command.key()))) {
            assertFails(() -> await(beginning(other)), ErrorCode.IDEMPOTENCY_KEY_REUSED);
        }
        assertThat(contents()).isEqualTo(1);
    }

    @Test
    void refusesTheKeyOfAnotherCommandThatIsRunning() {
        begin(command);

        assertFails(
                () -> await(beginning(keyed("b", "key-1", OptionalLong.empty()))), ErrorCode.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void knowsTheSameKeyInAnotherBucketForAnotherOne() {
        published(begin(command), command);
        BucketName other = Samples.newBucket();
        await(buckets.put(other, OptionalLong.empty()));

        UploadCommand elsewhere = new UploadCommand(
                        other, command.name(), command.mediaType(), command.declaredLength())
                .withKey(command.key());

        assertThat(await(beginning(elsewhere))).isInstanceOf(BeginOutcome.Began.class);
    }

    @Test
    void saysThatTheFirstAttemptIsRunning() {
        PendingContent pending = begin(command);

        assertFails(() -> await(beginning(command)), ErrorCode.REQUEST_IN_PROGRESS);

        assertThat(contents()).isEqualTo(1);
        published(pending, command);
    }

    @Test
    void givesTheKeyOfAFailedAttemptToTheNext() {
        // Given
        PendingContent failed = begin(command);
        await(catalog.abandon(failed));

        // When
        PendingContent next = begin(command);

        // Then
        assertThat(key("key-1").getUUID("content_id"))
                .isEqualTo(next.contentId().value());
        FileRecord file = published(next, command);
        assertThat(await(beginning(command))).isEqualTo(new BeginOutcome.Answered(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SUSPECT", "PURGING"})
    void givesTheKeyOfAnAttemptThatIsOverToTheNext(String state) {
        PendingContent over = begin(command);
        rows.change(
                "UPDATE content SET state = 'SUSPECT', purge_after = now() + interval '8 days' WHERE id = $1",
                over.contentId().value());
        rows.change(
                "UPDATE content SET state = $2, purge_lease = now() + interval '1 hour' WHERE id = $1",
                over.contentId().value(),
                state);

        assertThat(begin(command)).isNotEqualTo(over);
    }

    @Test
    void givesTheKeyOfAnAttemptWithoutARowToTheNext() {
        PendingContent gone = begin(command);
        rows.repair("DELETE FROM content WHERE id = $1", gone.contentId().value());

        assertThat(begin(command)).isNotEqualTo(gone);
    }

    /** The lapsed attempt may still be at it; it finds the key gone, and nothing of its transaction stays. */
    @Test
    void takesTheRightToPublishAwayWithTheKey() {
        // Given
        PendingContent lapsed = begin(command);
        clock.ahead(LEASE_LAPSED);
        PendingContent next = begin(command);

        // When
        assertFails(() -> published(lapsed, command), ErrorCode.UPLOAD_LOST);

        // Then
        assertThat(await(catalog.find(bucket, command.name()))).isEmpty();
        assertState(lapsed, "PENDING");
        assertThat(rows.events(lapsed.contentId())).isEmpty();
        FileRecord file = published(next, command);
        assertThat(await(beginning(command))).isEqualTo(new BeginOutcome.Answered(file));
    }

    @Test
    void takesABeginThatIsSentAgainForTheSameAttempt() {
        ContentId contentId = Samples.newContent();
        BeginOutcome first = await(catalog.begin(command, contentId, CHUNK, 16, 1000));

        assertThat(await(catalog.begin(command, contentId, CHUNK, 16, 1000))).isEqualTo(first);

        assertThat(contents()).isEqualTo(1);
    }

    @Test
    void claimsNoKeyForWhatItRefuses() {
        UploadCommand tooLong = keyed("a", "key-1", OptionalLong.of(101));

        assertFails(
                () -> await(catalog.begin(tooLong, Samples.newContent(), CHUNK, 16, 100)), ErrorCode.CONTENT_TOO_LARGE);

        assertThat(keys()).isZero();
        begin(command);
    }

    @Test
    void forgetsAKeyWhenItsTimeIsOver() {
        // Given
        published(begin(command), command);
        clock.ahead(KEY_EXPIRED);

        // When
        PendingContent anew = begin(keyed("other", "key-1", OptionalLong.empty()));

        // Then
        assertThat(anew.contentId().value()).isEqualTo(key("key-1").getUUID("content_id"));
        assertThat(key("key-1").getJsonObject("answer")).isNull();
    }

    @Test
    void keepsTheKeyOfAnUploadThatRunsAndCountsItsTimeFromThePublication() {
        // Given
        PendingContent slow = begin(command);
        rows.change(
                "UPDATE idempotency SET expires_at = now() - interval '1 hour' WHERE content_id = $1",
                slow.contentId().value());
        await(garbage.trimKeys(1000));
        assertThat(keys()).as("its attempt is running").isOne();

        // When
        FileRecord file = published(slow, command);

        // Then
        assertThat(await(beginning(command))).isEqualTo(new BeginOutcome.Answered(file));
        clock.ahead(Duration.ofHours(23));
        assertThat(await(beginning(command))).isEqualTo(new BeginOutcome.Answered(file));
    }

    @Test
    void trimsExpiredKeysInBatches() {
        for (int i = 0; i < 5; i++) {
            begin(keyed("a" + i, "key-" + i, OptionalLong.empty()));
        }
        await(garbage.trimKeys(1000));
        assertThat(keys()).as("not before their time").isEqualTo(5);
        clock.ahead(KEY_EXPIRED);

        assertThat(await(garbage.trimKeys(3))).isEqualTo(3);

        while (await(garbage.trimKeys(1000)) > 0) {
            // those of other tests
        }
        assertThat(keys()).isZero();
    }

    @Test
    void forgetsTheKeysOfADeletedBucket() {
        PendingContent pending = begin(command);
        await(buckets.delete(bucket));

        assertFails(() -> published(pending, command), ErrorCode.BUCKET_NOT_FOUND);

        await(buckets.put(bucket, OptionalLong.empty()));
        assertFails(() -> published(pending, command), ErrorCode.UPLOAD_LOST);
        assertThat(await(catalog.find(bucket, new FileName("a")))).isEmpty();
        begin(command);
    }

    @RepeatedTest(5)
    void ofBeginsAtOnceOneHoldsTheKey() {
        List<Optional<PendingContent>> attempts = together(IntStream.range(0, 20)
                .mapToObj(i -> beginning(command)
                        .map(outcome -> Optional.of(began(outcome)))
                        .onFailure(failure -> failure instanceof ServiceException service
                                && service.code() == ErrorCode.REQUEST_IN_PROGRESS)
                        .recoverWithItem(Optional.empty()))
                .toList());

        assertThat(attempts).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(contents()).isEqualTo(1);
    }

    /** Whoever is first at the key's row wins: the lapsed attempt is published, or the next one holds the key. */
    @RepeatedTest(20)
    void ofPublishAndTakeOverExactlyOneWins() {
        // Given
        PendingContent lapsed = begin(command);
        clock.ahead(LEASE_LAPSED);

        // When
        List<Boolean> won = together(List.of(
                publishing(lapsed, command)
                        .replaceWith(true)
                        .onFailure(failure ->
                                failure instanceof ServiceException service && service.code() == ErrorCode.UPLOAD_LOST)
                        .recoverWithItem(false),
                beginning(command).map(BeginOutcome.Began.class::isInstance)));

        // Then
        assertThat(won).containsExactlyInAnyOrder(true, false);
        assertThat(await(catalog.find(bucket, command.name())).isPresent()).isEqualTo(won.get(0));
    }

    @Test
    void findsNoBucketWhereItIsDeletedAtThatMoment() {
        // Given
        UploadCommand command = keyed("a", "key-1", OptionalLong.empty());
        CompletableFuture<BeginOutcome> begun = new CompletableFuture<>();

        // When
        await(pool.withTransaction(connection -> connection
                .preparedQuery("DELETE FROM bucket WHERE name = $1")
                .execute(Tuple.of(bucket.value()))
                .invoke(() -> beginning(command).subscribe().with(begun::complete, begun::completeExceptionally))
                .chain(() -> waitsForTheBucket(connection))));

        // Then
        assertFails(() -> await(Uni.createFrom().completionStage(begun)), ErrorCode.BUCKET_NOT_FOUND);
    }

    /** The question itself takes the time between two looks. */
    private static Uni<Void> waitsForTheBucket(SqlConnection connection) {
        return connection
                .query("SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
                .execute()
                .repeat()
                .until(rows -> rows.iterator().next().getLong(0) > 0)
                .onItem()
                .ignoreAsUni();
    }

    private UploadCommand keyed(String name, String key, OptionalLong length) {
        return new UploadCommand(bucket, new FileName(name), MediaType.OCTET_STREAM, length)
                .withKey(Optional.of(new IdempotencyKey(key)));
    }

    private Uni<BeginOutcome> beginning(UploadCommand wish) {
        return Uni.createFrom().deferred(() -> catalog.begin(wish, Samples.newContent(), CHUNK, 16, 1L << 40));
    }

    private Uni<FileRecord> publishing(PendingContent pending, UploadCommand wish) {
        return catalog.publish(pending, content(pending, 100), wish, Samples.newFile(), RETENTION);
    }

    private FileRecord published(PendingContent pending, UploadCommand wish) {
        return await(publishing(pending, wish));
    }

    private Row key(String key) {
        return rows.query(
                        "SELECT i.* FROM idempotency i JOIN bucket b ON b.id = i.bucket_id WHERE b.name = $1 AND key = $2",
                        bucket.value(),
                        key)
                .get(0);
    }

    private long keys() {
        return rows.count(
                "SELECT count(*) FROM idempotency i JOIN bucket b ON b.id = i.bucket_id WHERE b.name = $1",
                bucket.value());
    }

    /** Attempts of this test: tests of one service run one after the other. */
    private long contents() {
        return rows.count("SELECT count(*) FROM content WHERE seq > $1", mark);
    }

    private static <T> List<T> together(List<Uni<T>> work) {
        return await(Uni.join().all(work).andFailFast());
    }
}
