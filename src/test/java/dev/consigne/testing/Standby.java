package dev.consigne.testing;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The synchronous standby of a PostgreSQL that has none: while it is away, every commit waits for it. Only for a server of
 * the test's own, because everybody's commits wait.
 */
public final class Standby implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final String url;
    private final Connection operator;

    /** @param port of an embedded PostgreSQL */
    public Standby(int port) throws SQLException {
        this.url = "jdbc:postgresql://127.0.0.1:" + port + "/consigne?user=consigne&password=consigne";
        this.operator = DriverManager.getConnection(url);
    }

    /** From now on commits wait. The server takes the setting in its own time, so a commit of ours goes ahead. */
    public void leave() throws SQLException {
        require("nobody");
        AtomicBoolean waited = new AtomicBoolean();
        CompletableFuture<Void> ahead = CompletableFuture.runAsync(() -> commitUntil(waited));
        List<Integer> pids = awaitWaiting(1);
        waited.set(true);
        cancel(pids);
        ahead.orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** From now on no commit waits, and those that did are made. */
    public void comeBack() throws SQLException {
        require("");
        await().atMost(BOUND).until(() -> waiting().isEmpty());
    }

    /** The commits that wait, as the process ids of their backends. */
    public List<Integer> waiting() throws SQLException {
        try (Statement statement = operator.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'")) {
            List<Integer> pids = new ArrayList<>();
            while (rows.next()) {
                pids.add(rows.getInt(1));
            }
            return pids;
        }
    }

    /** As {@link #waiting}, once there are so many. */
    public List<Integer> awaitWaiting(int count) {
        return await().atMost(BOUND)
                .pollInterval(Duration.ofMillis(5))
                .until(this::waiting, pids -> pids.size() == count);
    }

    /** These commits wait no longer: they succeed on the primary alone, with a warning. */
    public void cancel(List<Integer> pids) throws SQLException {
        for (int pid : pids) {
            execute("SELECT pg_cancel_backend(" + pid + ")");
        }
    }

    /** These commits are made on the primary alone, and their connections end without an answer. */
    public void terminate(List<Integer> pids) throws SQLException {
        for (int pid : pids) {
            execute("SELECT pg_terminate_backend(" + pid + ")");
        }
    }

    /** Runs a statement that writes nothing that would have to wait. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = operator.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        comeBack();
        operator.close();
    }

    private void require(String names) throws SQLException {
        execute("ALTER SYSTEM SET synchronous_standby_names = '" + names + "'");
        execute("SELECT pg_reload_conf()");
    }

    private void commitUntil(AtomicBoolean waited) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            while (!waited.get()) {
                statement.execute("SELECT pg_logical_emit_message(true, 'test', '')");
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
