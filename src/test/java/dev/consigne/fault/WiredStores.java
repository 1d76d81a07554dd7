package dev.consigne.fault;

import dev.consigne.embedded.StorePair;
import dev.consigne.testing.TcpProxy;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Stores for the service of a test class alone, each behind a wire that can break. */
public final class WiredStores implements QuarkusTestResourceLifecycleManager {
    private static final String HOST = "127.0.0.1";

    private StorePair stores;
    private TcpProxy toPostgres;
    private TcpProxy toMongo;

    @Override
    public Map<String, String> start() {
        stores = StorePair.start("stores-behind-wires");
        try {
            toPostgres = new TcpProxy(HOST, stores.postgresPort());
            toMongo = new TcpProxy(HOST, stores.mongoPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "quarkus.datasource.reactive.url",
                "postgresql://" + HOST + ":" + toPostgres.port() + "/consigne",
                "quarkus.datasource.jdbc.url",
                "jdbc:postgresql://" + HOST + ":" + stores.postgresPort() + "/consigne",
                "quarkus.datasource.username",
                "consigne",
                "quarkus.datasource.password",
                "consigne",
                "quarkus.mongodb.connection-string",
                "mongodb://" + HOST + ":" + toMongo.port(),
                "consigne.postgres.timeout",
                "5s",
                "consigne.mongo.timeout",
                "3s");
    }

    @Override
    public void inject(Object test) {
        if (test instanceof UnreachableStoresTest service) {
            service.toPostgres = toPostgres;
            service.toMongo = toMongo;
        }
    }

    @Override
    public void stop() {
        try {
            toPostgres.close();
            toMongo.close();
            stores.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
