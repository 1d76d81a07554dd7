package dev.consigne.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Whether a pool has all its connections back. */
public final class PoolCheck {
    /** A connection that fell silent is found out by the pool after its own time. */
    private static final Duration SILENCE_OVER = Duration.ofSeconds(45);

    private static final Duration BOUND = Duration.ofSeconds(40);

    private PoolCheck() {}

    /** As many as the pool may have are taken at once, answer, and are given back; it has some time to come to that. */
    public static void assertAllConnectionsAreFree(Pool pool, int size) {
        Awaitility.await()
                .atMost(SILENCE_OVER)
                .untilAsserted(() -> assertThat(answering(pool, size))
                        .as("connections that answer")
                        .isEqualTo(size));
    }

    private static long answering(Pool pool, int size) {
        List<CompletableFuture<SqlConnection>> asked = Stream.generate(
                        () -> pool.getConnection().subscribeAsCompletionStage())
                .limit(size)
                .toList();
        List<SqlConnection> taken = asked.stream()
                .map(one -> one.exceptionally(failure -> null)
                        .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS)
                        .join())
                .filter(Objects::nonNull)
                .toList();
        long answering = taken.stream().filter(PoolCheck::answers).count();
        taken.forEach(connection -> connection.close().await().atMost(BOUND));
        return answering;
    }

    private static boolean answers(SqlConnection connection) {
        return connection
                .query("SELECT 1")
                .execute()
                .replaceWith(true)
                .onFailure()
                .recoverWithItem(false)
                .await()
                .atMost(BOUND);
    }
}
