package dev.consigne.testing;

import com.mongodb.MongoClientSettings;
import com.mongodb.ServerAddress;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;

/** Where the stores of the running test are, and clients of them that go another way, for example through a proxy. */
public final class StoreAddresses {
    private StoreAddresses() {}

    /** Host and port of PostgreSQL. */
    public static URI postgres() {
        return URI.create(value("quarkus.datasource.reactive.url"));
    }

    /** Host and port of MongoDB. */
    public static URI mongo() {
        return URI.create(value("quarkus.mongodb.connection-string"));
    }

    /** A pool of its own to PostgreSQL at this port, that says what the service's says. */
    public static Pool pool(Vertx vertx, int port, int size) {
        return pool(vertx, postgresAt(port), size);
    }

    /** A pool of its own to PostgreSQL, with prepared statements kept as in the service. */
    public static Pool pool(Vertx vertx, PgConnectOptions connection, int size) {
        return PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(size))
                .connectingTo(connection.setCachePreparedStatements(true))
                .using(vertx)
                .build();
    }

    /** A connection to PostgreSQL at this port as the service makes it. */
    public static PgConnectOptions postgresAt(int port) {
        return connection().setPort(port).addProperty("consigne.writer", "on").setCachePreparedStatements(true);
    }

    /** A connection to PostgreSQL as a person makes it, who owns the tables and says nothing of herself. */
    public static PgConnectOptions connection() {
        return new PgConnectOptions()
                .setHost(postgres().getHost())
                .setPort(postgres().getPort())
                .setDatabase(postgres().getPath().substring(1))
                .setUser(value("quarkus.datasource.username"))
                .setPassword(value("quarkus.datasource.password"));
    }

    /** A client of its own to MongoDB at this port, that waits so long for a server to be there. */
    public static MongoClient mongoClient(int port, Duration selection) {
        List<ServerAddress> hosts = List.of(new ServerAddress(mongo().getHost(), port));
        return MongoClients.create(MongoClientSettings.builder()
                .applyToClusterSettings(cluster ->
                        cluster.hosts(hosts).serverSelectionTimeout(selection.toMillis(), TimeUnit.MILLISECONDS))
                .build());
    }

    private static String value(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }
}
