package dev.consigne.mongo;

import dev.consigne.contract.ChunkStoreContract;
import dev.consigne.file.ChunkStore;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;

@QuarkusTest
class MongoChunkStoreTest extends ChunkStoreContract {
    @Inject
    ChunkStore store;

    @Override
    protected ChunkStore store() {
        return store;
    }
}
