package dev.consigne.contract;

import dev.consigne.file.ChunkStore;
import dev.consigne.testing.InMemoryChunkStore;

/** The store that tests break must itself be right. */
class InMemoryChunkStoreTest extends ChunkStoreContract {
    private final InMemoryChunkStore store = new InMemoryChunkStore();

    @Override
    protected ChunkStore store() {
        return store;
    }
}
