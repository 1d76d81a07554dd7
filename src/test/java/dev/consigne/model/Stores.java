package dev.consigne.model;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.consigne.embedded.StoresWithoutService;
import dev.consigne.postgres.WiredCatalog;
import io.quarkus.mongodb.impl.ReactiveMongoClientImpl;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;

/** The real pair of stores, migrated, and ways to them: the tests' own, and those a service is given. */
final class Stores implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SELECTION_MILLIS = 2000;

    private final StoresWithoutService address;
    private final Vertx vertx = Vertx.vertx();
    private final Pool pool;
    private final MongoClient mongo;

    private Stores(StoresWithoutService address) {
        this.address = address;
        this.pool = pool(address.postgres().getPort(), 2, "20s");
        this.mongo = mongoClient(address.mongo().getPort());
    }

    static Stores open() {
        StoresWithoutService address = StoresWithoutService.in("stores-of-the-model");
        Flyway.configure()
                .dataSource(address.jdbcUrl(), address.user(), address.password())
                .load()
                .migrate();
        return new Stores(address);
    }

    /** A way to PostgreSQL that no fault is on. */
    Pool pool() {
        return pool;
    }

    /** A way to MongoDB that no fault is on. */
    ReactiveMongoClient mongo() {
        return new ReactiveMongoClientImpl(mongo);
    }

    String postgresHost() {
        return address.postgres().getHost();
    }

    int postgresPort() {
        return address.postgres().getPort();
    }

    String mongoHost() {
        return address.mongo().getHost();
    }

    int mongoPort() {
        return address.mongo().getPort();
    }

    /** A pool of its own at this port, made as the service makes it. */
    Pool pool(int port, int size, String timeout) {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(address.postgres().getHost())
                .setPort(port)
                .setDatabase(address.postgres().getPath().substring(1))
                .setUser(address.user())
                .setPassword(address.password())
                .setCachePreparedStatements(true)
                .addProperty("consigne.writer", "on");
        return WiredCatalog.pool(vertx.getDelegate(), options, size, timeout);
    }

    /** A client of its own at this port. */
    MongoClient mongoClient(int port) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(
                        new ConnectionString("mongodb://" + address.mongo().getHost() + ":" + port))
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(SELECTION_MILLIS, TimeUnit.MILLISECONDS))
                .build());
    }

    @Override
    public void close() {
        pool.close().await().atMost(PATIENCE);
        mongo.close();
        vertx.close().await().atMost(PATIENCE);
    }
}
