package dev.consigne.postgres;

import dev.consigne.file.FileMeters;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Runs statements: bounded in time, failures in the service's terms. */
@ApplicationScoped
class PgStore {
    private static final int CONFLICT_RETRIES = 3;

    /** The pool may hand out a connection that broke a moment ago, and above all to who asks what became of a commit. */
    private static final int CONNECTION_RETRIES = 3;

    /** There is no other way to keep a connection from going back to the pool. */
    private static final String END_SESSION = "ROLLBACK; SELECT pg_terminate_backend(pg_backend_pid())";

    private final Pool pool;
    private final Duration timeout;
    private final FileMeters meters;

    PgStore(Pool pool, PgConfig config, FileMeters meters) {
        this.pool = pool;
        this.timeout = config.timeout();
        this.meters = meters;
    }

    /** A statement that may be sent again whatever became of it. */
    Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return bounded(resent(pool.withConnection(connection ->
                        evicting(connection, one -> one.preparedQuery(sql).execute(parameters)))))
                .onFailure()
                .transform(PgErrors::ofRead);
    }

    /** Several statements that change nothing and may be sent again. */
    <T> Uni<T> reading(Function<SqlConnection, Uni<T>> work) {
        return bounded(resent(pool.withTransaction(connection -> evicting(connection, work))))
                .onFailure()
                .transform(PgErrors::ofRead);
    }

    /** One statement as its own transaction. */
    Uni<RowSet<Row>> change(String sql, Tuple parameters) {
        return bounded(retried(replicated(
                        pool::withConnection,
                        connection -> connection.preparedQuery(sql).execute(parameters))))
                .onFailure()
                .transform(PgErrors::ofChange);
    }

    /** Several statements, all or nothing. */
    <T> Uni<T> transaction(Function<SqlConnection, Uni<T>> work) {
        return transaction(work, timeout);
    }

    /** As {@link #transaction(Function)}, of many statements that may take longer together. */
    <T> Uni<T> transaction(Function<SqlConnection, Uni<T>> work, Duration bound) {
        return retried(replicated(pool::withTransaction, work))
                .ifNoItem()
                .after(bound)
                .fail()
                .onFailure()
                .transform(PgErrors::ofChange);
    }

    /**
     * A transaction that may be sent again whatever became of it. It must write: what it saw was committed before it, so
     * where its own commit has arrived, all that has too. A plain query also sees what a fail-over may take back.
     */
    <T> Uni<T> confirmed(Function<SqlConnection, Uni<T>> work) {
        return bounded(resent(retried(replicated(pool::withTransaction, work))))
                .onFailure()
                .transform(PgErrors::ofChange);
    }

    /** The rows as values; the statement has bounded their number. */
    static <T> List<T> map(RowSet<Row> rows, Function<Row, T> mapping) {
        List<T> values = new ArrayList<>(rows.size());
        rows.forEach(row -> values.add(mapping.apply(row)));
        return values;
    }

    /** Fails with {@link LocalCommitException} if the commit did not wait for its standby. */
    private <T> Uni<T> replicated(
            Function<Function<SqlConnection, Uni<T>>, Uni<T>> boundary, Function<SqlConnection, Uni<T>> work) {
        return Uni.createFrom()
                .deferred(() -> {
                    CommitWarning warning = new CommitWarning();
                    return boundary.apply(connection -> {
                                warning.listenTo(connection);
                                return evicting(connection, work);
                            })
                            .invoke(warning::requireNone);
                })
                .onFailure(LocalCommitException.class)
                .invoke(meters::committedLocally);
    }

    /** A connection to a server that takes no changes is not given back: the next may lead to one that does. */
    private static <T> Uni<T> evicting(SqlConnection connection, Function<SqlConnection, Uni<T>> work) {
        return work.apply(connection)
                .onFailure(PgErrors::isReadOnly)
                .call(() -> connection
                        .query(END_SESSION)
                        .execute()
                        .onFailure()
                        .recoverWithNull()); // its answer is the end of the connection
    }

    private <T> Uni<T> bounded(Uni<T> work) {
        return work.ifNoItem().after(timeout).fail();
    }

    private static <T> Uni<T> resent(Uni<T> work) {
        return work.onFailure(PgErrors::isConnectionLost)
                .retry()
                .withBackOff(Duration.ofMillis(10), Duration.ofMillis(200))
                .withJitter(0.5)
                .atMost(CONNECTION_RETRIES);
    }

    private static <T> Uni<T> retried(Uni<T> work) {
        return work.onFailure(PgErrors::isConflict)
                .retry()
                .withBackOff(Duration.ofMillis(5), Duration.ofMillis(100))
                .withJitter(0.5)
                .atMost(CONFLICT_RETRIES);
    }
}
