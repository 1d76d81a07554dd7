package dev.consigne.mongo;

import dev.consigne.file.ChunkStore;
import dev.consigne.testing.Settings;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import java.util.Map;

/** The chunk store over a client of the test's own. */
public final class WiredChunkStore {
    private WiredChunkStore() {}

    /** Gives up after the timeout, which is a duration as in settings. */
    public static ChunkStore over(ReactiveMongoClient client, String timeout) {
        MongoConfig config = Settings.read(MongoConfig.class, Map.of("consigne.mongo.timeout", timeout));
        return new MongoChunkStore(new MongoStore(client, config));
    }
}
