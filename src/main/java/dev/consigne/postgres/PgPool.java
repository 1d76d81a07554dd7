package dev.consigne.postgres;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The connection pool, with an end to its waiting line and to the wait in it. */
@Singleton
class PgPool implements PgPoolCreator {
    private final PgConfig config;

    PgPool(PgConfig config) {
        this.config = config;
    }

    /**
     * A statement whose caller has given up still holds its connection: a server that is gone without a word, or a
     * commit that waits for a standby, would hold them all. So a connection that is silent for longer than any statement
     * may take is closed. Warnings are asked for, whatever the role's setting: {@link CommitWarning} needs them.
     */
    @Override
    public Pool create(Input input) {
        int patience = Math.toIntExact(config.connectionTimeout().toMillis());
        int silence = Math.toIntExact(config.timeout().toSeconds()) + 10;
        input.pgConnectOptionsList()
                .forEach(options -> options.addProperty("client_min_messages", "warning")
                        .setConnectTimeout(patience)
                        .setIdleTimeout(silence)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS));
        return PgBuilder.pool()
                .with(input.poolOptions()
                        .setMaxWaitQueueSize(config.maxWaiting())
                        .setConnectionTimeout(patience)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
                .connectingTo(List.copyOf(input.pgConnectOptionsList()))
                .withConnectHandler(PgPool::welcome)
                .using(input.vertx())
                .build();
    }

    /** Closing gives it to the pool. */
    private static void welcome(SqlConnection connection) {
        SilentConnection.hangUp(connection);
        connection.close();
    }
}
