package dev.consigne.embedded;

import com.mongodb.client.MongoCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.bson.Document;

/** The embedded stores in a process of their own, for tests of the service as a process. */
public final class StorePair implements AutoCloseable {
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
