package dev.consigne.embedded;

import com.mongodb.client.MongoCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.bson.Document;

/** The embedded stores in a process of their own, for tests of the service as a process. */
public final class StorePair implements AutoCloseable {
    /** What holds the connection string of MongoDB. */
    public static final String MONGO = "QUARKUS_MONGODB_CONNECTION_STRING";

    private final TestStores stores;

    private StorePair(TestStores stores) {
        this.stores = stores;
    }

    /** Starts them on a folder below {@code target}; what is in it from before stays. */
    public static StorePair start(String folder) {
        return new StorePair(
                TestStores.start(new StoresFolder(Path.of("target", folder).toAbsolutePath())));
    }

    /** A connection to the catalog, past the service. */
    public Connection catalog() throws SQLException {
        return stores.postgres();
    }

    /** The collection of the chunk store, past the service. */
    public MongoCollection<Document> collection(String name) {
        return stores.mongo().getDatabase("consigne").getCollection(name);
    }

    /** As environment variables: how a service finds these. */
    public Map<String, String> settings() {
        return settings(
                "127.0.0.1:" + postgresPort() + "/consigne",
                "consigne",
                "consigne",
                "mongodb://127.0.0.1:" + mongoPort());
    }

    /** As {@link #settings()}, of any stores. */
    public static Map<String, String> settings(String postgres, String user, String password, String mongo) {
        return Map.of(
                "CONSIGNE_POSTGRES_ADDRESS",
                postgres,
                "QUARKUS_DATASOURCE_USERNAME",
                user,
                "QUARKUS_DATASOURCE_PASSWORD",
                password,
                MONGO,
                mongo);
    }

    public int postgresPort() {
        return stores.process().ready().postgresPort();
    }

    public int mongoPort() {
        return stores.process().ready().mongoPort();
    }

    /** Of the process of the document store. */
    public long pid() {
        return stores.process().process().pid();
    }

    /** As {@code kill -9} does: without a chance to write anything more. */
    public void kill() throws InterruptedException {
        stores.kill();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stores.close();
    }
}
