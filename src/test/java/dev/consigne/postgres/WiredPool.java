package dev.consigne.postgres;

import dev.consigne.testing.Settings;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.util.List;
import java.util.Map;

/** The service's own pool to a server of the test's choice. */
public final class WiredPool {
    private WiredPool() {}

    /** @param settings of {@code consigne.postgres}, full names; defaults for the others */
    public static Pool to(PgConnectOptions server, Vertx vertx, int size, Map<String, String> settings) {
        PgPool pools = new PgPool(Settings.read(PgConfig.class, settings));
        return Pool.newInstance(
                pools.create(new Input(vertx.getDelegate(), new PoolOptions().setMaxSize(size), List.of(server))));
    }

    private record Input(
            io.vertx.core.Vertx vertx, PoolOptions poolOptions, List<PgConnectOptions> pgConnectOptionsList)
            implements PgPoolCreator.Input {}
}
