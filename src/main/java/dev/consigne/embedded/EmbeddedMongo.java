package dev.consigne.embedded;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.h2.mvstore.MVStore;

/** A server of the MongoDB protocol on 127.0.0.1 and a port of its choice, with its documents in one file. */
final class EmbeddedMongo implements AutoCloseable {

    private static final int CACHE_MIB = 64;
    private static final int COMMIT_INTERVAL_MILLIS = 200; // for writes that did not ask for the disk

    /** A connection waits in its thread for the disk: with a thread each, one does not hold up another. */
    private static final int CONNECTION_THREADS = 128;

    private final MVStore store;
    private final DurableH2Backend backend;
    private final MongoServer server;
    private final Thread ticker = new Thread(this::commitNowAndThen, "commit");
    private final CountDownLatch closing = new CountDownLatch(1);

    private EmbeddedMongo(MVStore store, Consumer<Throwable> onDeath) {
        this.store = store;
        this.backend = new DurableH2Backend(store, onDeath);
        this.server = new MongoServer(backend);
    }

    /**
     * Opens or creates the store and listens.
     *
     * @param onDeath told when the store can no longer be used, for example after an {@link OutOfMemoryError}
     * @throws org.h2.mvstore.MVStoreException if the file cannot be opened
     */
    static EmbeddedMongo start(Path folder, Consumer<Throwable> onDeath) throws IOException {
        Files.createDirectories(folder);
        MVStore store = new MVStore.Builder()
                .fileName(folder.resolve("documents.mv").toString())
                .cacheSize(CACHE_MIB)
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .backgroundExceptionHandler((thread, failure) -> onDeath.accept(failure))
                .open();
        EmbeddedMongo mongo = new EmbeddedMongo(store, onDeath);
        mongo.server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, CONNECTION_THREADS);
        mongo.ticker.start();
        return mongo;
    }

    int port() {
        return server.getLocalAddress().getPort();
    }

    private void commitNowAndThen() {
        try {
            while (!closing.await(COMMIT_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (store.hasUnsavedChanges()) {
                    backend.commitNow();
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (MongoServerError failure) {
            System.err.println(failure + ", so no more commits"); // the backend has told of the store's death
        }
    }

    /** Ends the connections, then writes what is unsaved and closes the file. */
    @Override
    public void close() {
        closing.countDown();
        server.shutdownNow();
    }
}
