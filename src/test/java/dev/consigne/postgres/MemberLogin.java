package dev.consigne.postgres;

import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.StoreAddresses;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.UUID;

/** A login of the test's own that is a member of one role and of no other, until it is closed. */
final class MemberLogin implements AutoCloseable {
    private final CatalogRows owner;
    private final String name = "l-" + UUID.randomUUID();
    private final Pool pool;

    /** @param size connections; with one, what the session says of itself stays said */
    private MemberLogin(CatalogRows owner, Vertx vertx, String role, boolean service, int size) {
        this.owner = owner;
        String password = UUID.randomUUID().toString();
        owner.change("CREATE ROLE \"" + name + "\" LOGIN PASSWORD '" + password + "' IN ROLE " + role);
        PgConnectOptions connection = StoreAddresses.connection().setUser(name).setPassword(password);
        if (service) {
            connection.addProperty("consigne.writer", "on");
        }
        pool = StoreAddresses.pool(vertx, connection, size);
    }

    static MemberLogin service(CatalogRows owner, Vertx vertx, int size) {
        return new MemberLogin(owner, vertx, "consigne_service", true, size);
    }

    static MemberLogin reader(CatalogRows owner, Vertx vertx) {
        return new MemberLogin(owner, vertx, "consigne_reader", false, 1);
    }

    String name() {
        return name;
    }

    Pool pool() {
        return pool;
    }

    CatalogRows rows() {
        return new CatalogRows(pool);
    }

    @Override
    public void close() {
        pool.close().await().atMost(Duration.ofSeconds(10));
        owner.change("DROP ROLE \"" + name + "\"");
    }
}
