package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileMeters.Commit;
import dev.consigne.file.FileRecord;
import dev.consigne.file.UnknownOutcomeException;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Without a standby a commit hangs, and no timeout of the server ends it. Its caller is answered all the same. */
@QuarkusTest
class HangingCommitTest extends WithStandby {
    /** The commit, the read-back that waits for its row, and slack for a slow machine. */
    private static final Duration ANSWERED = PATIENCE.plus(LOCK_TIMEOUT).plusSeconds(3);

    /** After this PgPool closes a connection that says nothing. */
    private static final Duration SILENCE = PATIENCE.plusSeconds(10);

    @Test
    void anUploadIsAnsweredInTimeAndSoIsItsRepetition() throws Exception {
        // Given
        CompletableFuture<FileRecord> answer = committing("new");
        long start = System.nanoTime();

        // When
        assertFails(() -> await(answer), ErrorCode.COMMIT_UNKNOWN);

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ANSWERED);
        assertThat(commits).containsExactly(Commit.UNKNOWN);
        assertAbsent("new");
        assertFails(() -> await(store("new")), ErrorCode.STORE_UNAVAILABLE);
        standby.comeBack();
        assertStoredOnce("new");
    }

    @Test
    void anUploadThatMeetsAHangingOneOfTheSameNameIsRefused() throws Exception {
        // Given
        Sealed first = sealed("new");
        Sealed second = sealed("new");
        standby.leave();
        CompletableFuture<FileRecord> hanging = first.commit();
        standby.awaitWaiting(1);

        // When
        CompletableFuture<FileRecord> blocked = second.commit();

        // Then
        assertFails(() -> await(blocked), ErrorCode.STORE_UNAVAILABLE);
        assertFails(() -> await(hanging), ErrorCode.COMMIT_UNKNOWN);
        standby.comeBack();
        assertStoredOnce("new");
    }

    @Test
    void aDeleteIsAnsweredInTime() throws Exception {
        // Given
        FileRecord file = await(store("gone"));
        standby.leave();
        long start = System.nanoTime();

        // When
        assertFails(() -> await(files.delete(file.id())), ErrorCode.COMMIT_UNKNOWN);

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ANSWERED);
        assertThat(found("gone")).as("nobody sees a commit that waits").isEqualTo(file);
        standby.comeBack();
        assertAbsent("gone");
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored", "file.deleted");
    }

    @Test
    void thePoolIsWholeAgainWhenTheStandbyIsBack() throws Exception {
        // Given
        hangOnAllConnections();
        assertFails(() -> found("any"), ErrorCode.STORE_UNAVAILABLE);

        // When
        standby.comeBack();

        // Then
        List<SqlConnection> all = await(Uni.join()
                .all(Stream.generate(pool::getConnection).limit(CONNECTIONS).toList())
                .andFailFast());
        await(Uni.join().all(all.stream().map(SqlConnection::close).toList()).andFailFast());
        await(store("new"));
        assertStoredOnce("new");
    }

    @Test
    void readsGoOnWhileTheStandbyIsAway() throws Exception {
        // Given
        FileRecord file = await(store("live"));

        // When
        hangOnAllConnections();

        // Then
        Awaitility.await()
                .atMost(SILENCE.plusSeconds(10))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(found("live")).isEqualTo(file));
        assertThat(standby.waiting()).as("the server waits on").hasSize(CONNECTIONS);
    }

    private void hangOnAllConnections() throws Exception {
        standby.leave();
        List<CompletableFuture<?>> answers = Stream.<CompletableFuture<?>>generate(() ->
                        buckets.put(Samples.newBucket(), OptionalLong.empty()).subscribeAsCompletionStage())
                .limit(CONNECTIONS)
                .toList();
        standby.awaitWaiting(CONNECTIONS);
        for (CompletableFuture<?> answer : answers) {
            assertThatThrownBy(() -> await(answer)).isInstanceOf(UnknownOutcomeException.class);
        }
    }
}
