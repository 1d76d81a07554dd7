package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileMeters.Commit;
import dev.consigne.file.FileRecord;
import dev.consigne.file.UnknownOutcomeException;
import dev.consigne.job.Collector;
import dev.consigne.job.CollectorConfig;
import dev.consigne.job.CollectorMeters;
import dev.consigne.postgres.WiredCatalog;
import dev.consigne.testing.CatalogClock;
import dev.consigne.testing.Samples;
import dev.consigne.testing.Settings;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A commit that is on the primary alone looks like any other to whoever reads the row, and a fail-over takes it back. It is
 * never acknowledged, and nothing is removed because of it.
 */
@QuarkusTest
class LocalCommitTest extends WithStandby {
    private static final Duration RETENTION_OVER = Duration.ofDays(8).plusMinutes(1);
    private static final Duration CLAIM_LAPSED = Duration.ofMinutes(11);

    @Test
    void anUploadWhoseWaitWasCancelledIsNotAcknowledged() throws Exception {
        // Given
        CompletableFuture<FileRecord> answer = committing("new");

        // When
        standby.cancel(standby.awaitWaiting(1));

        // Then
        assertFails(() -> await(answer), ErrorCode.COMMIT_UNKNOWN);
        assertThat(localCommits).as("warnings heard").hasValue(1);
        assertThat(commits).containsExactly(Commit.UNKNOWN);
        assertThat(found("new").generation()).as("read past the protocol").isEqualTo(1);
        standby.comeBack();
        assertStoredOnce("new");
    }

    @Test
    void anUploadWhoseReadBackWasCancelledTooIsNotAcknowledged() throws Exception {
        // Given
        CompletableFuture<FileRecord> answer = committing("new");
        standby.cancel(standby.awaitWaiting(1));

        // When
        standby.cancel(standby.awaitWaiting(1));

        // Then
        assertFails(() -> await(answer), ErrorCode.COMMIT_UNKNOWN);
        assertThat(localCommits).hasValue(2);
    }

    @Test
    void anUploadIsAcknowledgedOnceTheStandbyHasIt() throws Exception {
        // Given
        CompletableFuture<FileRecord> answer = committing("new");
        standby.cancel(standby.awaitWaiting(1));
        standby.awaitWaiting(1);

        // When
        standby.comeBack();

        // Then
        assertThat(await(answer)).isEqualTo(found("new"));
        assertThat(localCommits).hasValue(1);
        assertThat(commits).containsExactly(Commit.OK);
        assertStoredOnce("new");
    }

    @Test
    void anUploadWhoseBackendWasEndedIsNotAcknowledged() throws Exception {
        // Given
        CompletableFuture<FileRecord> answer = committing("new");

        // When
        standby.terminate(standby.awaitWaiting(1));

        // Then
        assertFails(() -> await(answer), ErrorCode.COMMIT_UNKNOWN);
        assertThat(commits).containsExactly(Commit.UNKNOWN);
        standby.comeBack();
        assertStoredOnce("new");
    }

    @Test
    void theWarningIsHeardWhateverTheRoleWantsToHear() throws Exception {
        // Given
        standby.execute("ALTER ROLE consigne SET client_min_messages = error");
        try {
            await(pool.close());
            connect();
            CompletableFuture<FileRecord> answer = committing("new");

            // When
            standby.cancel(standby.awaitWaiting(1));

            // Then
            assertFails(() -> await(answer), ErrorCode.COMMIT_UNKNOWN);
            assertThat(localCommits).hasValue(1);
        } finally {
            standby.comeBack();
            standby.execute("ALTER ROLE consigne RESET client_min_messages");
        }
    }

    @Test
    void aDeleteWhoseWaitWasCancelledIsNotAcknowledged() throws Exception {
        // Given
        FileRecord file = await(store("gone"));
        CompletableFuture<Void> answer = deleting(file);

        // When
        standby.cancel(standby.awaitWaiting(1));

        // Then
        assertFails(() -> await(answer), ErrorCode.COMMIT_UNKNOWN);
        assertThat(localCommits).hasValue(1);
        standby.comeBack();
        assertDeletedOnce(file);
    }

    @Test
    void aDeleteWhoseBackendWasEndedIsNotAcknowledged() throws Exception {
        // Given
        FileRecord file = await(store("gone"));
        CompletableFuture<Void> answer = deleting(file);

        // When
        standby.terminate(standby.awaitWaiting(1));

        // Then
        assertFails(() -> await(answer), ErrorCode.COMMIT_UNKNOWN);
        standby.comeBack();
        assertDeletedOnce(file);
    }

    @Test
    void aDeleteIsAcknowledgedOnceTheStandbyHasIt() throws Exception {
        // Given
        FileRecord file = await(store("gone"));
        CompletableFuture<Void> answer = deleting(file);
        standby.cancel(standby.awaitWaiting(1));
        standby.awaitWaiting(1);

        // When
        standby.comeBack();

        // Then
        await(answer);
        assertDeletedOnce(file);
    }

    @Test
    void aBucketWhoseWaitWasCancelledIsNotAcknowledged() throws Exception {
        // Given
        standby.leave();
        CompletableFuture<?> answer =
                buckets.put(Samples.newBucket(), OptionalLong.empty()).subscribeAsCompletionStage();

        // When
        standby.cancel(standby.awaitWaiting(1));

        // Then
        assertThatThrownBy(() -> await(answer)).isInstanceOf(UnknownOutcomeException.class);
    }

    @Test
    void theCollectorRemovesNothingOnAClaimThatIsLocal() throws Exception {
        // Given
        FileRecord file = await(store("gone"));
        Collector collector = collector();
        CatalogClock clock = new CatalogClock(pool);
        try {
            clock.ahead(RETENTION_OVER);
            collect(collector); // what others left, so that the claim is the first to wait
            await(files.delete(file.id()));
            clock.ahead(RETENTION_OVER.multipliedBy(2));
            standby.leave();
            CompletableFuture<Boolean> step = collector.step().subscribeAsCompletionStage();

            // When
            standby.cancel(standby.awaitWaiting(1));

            // Then
            assertThatThrownBy(() -> await(step)).isInstanceOf(UnknownOutcomeException.class);
            assertThat(await(chunks.read(file.content().contentId(), 0, 64))).hasSize(3);
            standby.comeBack();
            clock.ahead(RETENTION_OVER.multipliedBy(2).plus(CLAIM_LAPSED));
            collect(collector);
            assertThat(await(chunks.read(file.content().contentId(), 0, 64))).isEmpty();
        } finally {
            standby.comeBack();
            clock.restore();
        }
    }

    private CompletableFuture<Void> deleting(FileRecord file) throws Exception {
        standby.leave();
        return files.delete(file.id()).subscribeAsCompletionStage();
    }

    private void assertDeletedOnce(FileRecord file) {
        assertAbsent(file.name().value());
        assertThat(rows.state(file.content().contentId())).isEqualTo("TOMBSTONED");
        assertThat(rows.events(file.content().contentId())).containsExactly("file.stored", "file.deleted");
    }

    private static void collect(Collector collector) {
        int steps = 0;
        while (await(collector.step())) {
            assertThat(++steps).as("steps").isLessThan(500);
        }
    }

    private Collector collector() {
        return new Collector(
                WiredCatalog.garbage(pool, TIMEOUT),
                chunks,
                Settings.read(CollectorConfig.class, Map.of()),
                CollectorMeters.NOOP,
                probe);
    }
}
