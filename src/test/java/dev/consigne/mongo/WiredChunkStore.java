package dev.consigne.mongo;

import dev.consigne.file.ChunkStore;
import dev.consigne.job.ChunkInventory;
import dev.consigne.job.StoreMarks;
import dev.consigne.testing.Settings;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import java.util.Map;

/** The chunk store over a client of the test's own; it gives up after the timeout, a duration as in settings. */
public final class WiredChunkStore {
    private WiredChunkStore() {}

    public static ChunkStore over(ReactiveMongoClient client, String timeout) {
        return new MongoChunkStore(store(client, timeout));
    }

    public static ChunkInventory inventory(ReactiveMongoClient client, String timeout) {
        return new MongoChunkInventory(store(client, timeout));
    }

    public static StoreMarks.OfChunks marks(ReactiveMongoClient client, String timeout) {
        return new MongoStoreMarks(store(client, timeout));
    }

    private static MongoStore store(ReactiveMongoClient client, String timeout) {
        return new MongoStore(client, Settings.read(MongoConfig.class, Map.of("consigne.mongo.timeout", timeout)));
    }
}
