package dev.consigne.embedded;

import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.h2.mvstore.MVStore;

/**
 * The H2 backend with an acknowledgement one can trust: a write with {@code j: true} or {@code w: "majority"} is
 * answered after it is on disk. The library alone answers first and writes up to a second later.
 *
 * <p>The store must not commit by itself. A commit waits until no command is running and holds new ones back while it
 * writes, so that what is found after a crash is a state between two commands: no index entry without its document.
 *
 * <p>A failed commit and an {@link OutOfMemoryError} are final: the store underneath is closed by them.
 */
final class DurableH2Backend extends H2Backend {

    /** A batch larger than this is committed at once, whatever its write concern: unsaved pages live in the heap. */
    private static final int MAX_UNSAVED_BYTES = 16 << 20;

    private static final int COMPACTION_AT_CLOSE_MILLIS = 200; // spent only if much of the file is dead

    private static final int UNKNOWN_ERROR = 8; // what MongoDB answers when its disk is full

    /** Commands that change nothing, in lower case: they do not hold up a commit, however long they scan. */
    private static final Set<String> READS = Set.of(
            "find",
            "getmore",
            "killcursors",
            "count",
            "distinct",
            "listcollections",
            "listindexes",
            "listdatabases",
            "collstats",
            "dbstats",
            "ismaster",
            "hello",
            "buildinfo",
            "ping",
            "serverstatus",
            "endsessions",
            "whatsmyuri",
            "getlasterror");

    private final Consumer<Throwable> onDeath;
    private final ReentrantReadWriteLock commands = new ReentrantReadWriteLock();
    private final GroupCommit groupCommit = new GroupCommit(this::commitAndSync);

    /** @param onDeath told of a failure after which the store is closed; may be called more than once */
    DurableH2Backend(MVStore store, Consumer<Throwable> onDeath) {
        super(store);
        this.onDeath = onDeath;
    }

    /** Both wire formats of a command end here. */
    @Override
    public Document handleCommand(Channel channel, String databaseName, String command, Document query) {
        try {
            if (READS.contains(command.toLowerCase(Locale.ROOT))) {
                return super.handleCommand(channel, databaseName, command, query);
            }
            Document answer = write(channel, databaseName, command, query);
            if (isDurable(query) || getMvStore().getUnsavedMemory() > MAX_UNSAVED_BYTES) {
                commitNow();
            }
            return answer;
        } catch (OutOfMemoryError full) {
            onDeath.accept(full);
            throw full;
        }
    }

    /** Makes all writes answered so far durable. */
    void commitNow() {
        try {
            groupCommit.await();
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            onDeath.accept(cause);
            throw new MongoServerError(UNKNOWN_ERROR, "UnknownError", "not written to disk: " + cause, cause);
        }
    }

    @Override
    public void close() {
        getMvStore().close(COMPACTION_AT_CLOSE_MILLIS);
        super.close();
    }

    private Document write(Channel channel, String databaseName, String command, Document query) {
        commands.readLock().lock();
        try {
            return super.handleCommand(channel, databaseName, command, query);
        } finally {
            commands.readLock().unlock();
        }
    }

    private void commitAndSync() {
        commands.writeLock().lock();
        try {
            getMvStore().commit();
        } finally {
            commands.writeLock().unlock();
        }
        getMvStore().sync();
    }

    private static boolean isDurable(Document query) {
        return query.get("writeConcern") instanceof Document concern
                && (Boolean.TRUE.equals(concern.get("j")) || "majority".equals(concern.get("w")));
    }
}
