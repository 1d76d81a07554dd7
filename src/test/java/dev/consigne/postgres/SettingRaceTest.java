package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ClaimedDigests;
import dev.consigne.file.EntityTags;
import dev.consigne.file.FileRecord;
import dev.consigne.file.PendingContent;
import dev.consigne.file.Preconditions;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Transaction;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is published while a bucket's settings change is published under those it had before, or under the new ones. */
@QuarkusTest
class SettingRaceTest extends WithCatalog {
    private static final Duration BOUND = Duration.ofSeconds(8);

    /** Setting a quota counts the files; one replaced meanwhile would be counted as it was, for ever. */
    @Test
    void aConditionalReplacementTakesItsTurnWithTheSettings() {
        // Given
        FileRecord first = stored("a");
        UploadCommand command = onlyIfThere();
        PendingContent upload = begin(command);
        SqlConnection setting = await(pool.getConnection());
        try {
            Transaction transaction = await(setting.begin());
            long pid = lockBucket(setting);

            // When
            CompletableFuture<FileRecord> replaced = catalog.publish(
                            upload, content(upload, 300), command, Samples.newFile(), RETENTION)
                    .subscribeAsCompletionStage();
            Awaitility.await().atMost(BOUND).until(() -> waitingFor(pid) == 1);
            await(setting.preparedQuery("UPDATE bucket SET versioned = true WHERE name = $1")
                    .execute(Tuple.of(bucket.value())));
            await(transaction.commit());

            // Then
            assertThat(replaced).succeedsWithin(BOUND);
            assertThat(rows.count(
                            "SELECT count(*) FROM file_version WHERE file_id = $1",
                            first.id().value()))
                    .as("kept, as was said before it was replaced")
                    .isEqualTo(1);
        } finally {
            await(setting.close());
        }
    }

    private UploadCommand onlyIfThere() {
        Preconditions there =
                new Preconditions(Optional.of(EntityTags.ANY), Optional.empty(), Optional.empty(), Optional.empty());
        return Samples.upload(bucket, "a")
                .withTerms(new UploadTerms(
                        there, Optional.empty(), Optional.empty(), Optional.empty(), ClaimedDigests.NONE));
    }

    /** As one that changes the settings does. Answers which session it is. */
    private long lockBucket(SqlConnection connection) {
        return await(connection
                .preparedQuery("SELECT pg_backend_pid()::bigint AS pid FROM bucket WHERE name = $1 FOR UPDATE")
                .execute(Tuple.of(bucket.value()))
                .map(found -> found.iterator().next().getLong("pid")));
    }

    private long waitingFor(long pid) {
        return rows.count(
                "SELECT count(*) FROM pg_stat_activity WHERE $1::bigint::int = ANY (pg_blocking_pids(pid))", pid);
    }
}
