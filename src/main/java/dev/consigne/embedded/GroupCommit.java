package dev.consigne.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets concurrent writers share one commit. The first writer of a round does the commit for all who came before it
 * began; who comes later belongs to the next round. No thread of its own, so nothing to start, stop or starve.
 */
final class GroupCommit {

    private final Runnable commit;
    private final ReentrantLock committing = new ReentrantLock();
    private @Nullable CompletableFuture<Void> open; // guarded by this: the round that has not begun

    /** @param commit makes everything written before its call durable, or throws; never run twice at once */
    GroupCommit(Runnable commit) {
        this.commit = commit;
    }

    /**
     * Returns once a commit that began after this call has succeeded.
     *
     * @throws CompletionException if that commit failed, in every writer that waited for it; the cause says why
     */
    void await() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> round = join(mine);
        if (round == mine) {
            lead(mine);
        }
        round.join();
    }

    private synchronized CompletableFuture<Void> join(CompletableFuture<Void> mine) {
        if (open == null) {
            open = mine;
        }
        return open;
    }

    private synchronized void begin() {
        open = null;
    }

    @SuppressWarnings("CatchingUnchecked") // an OutOfMemoryError, too, must reach everyone who waits
    private void lead(CompletableFuture<Void> round) {
        committing.lock();
        try {
            begin();
            commit.run();
            round.complete(null);
        } catch (Throwable failure) {
            round.completeExceptionally(failure);
        } finally {
            committing.unlock();
        }
    }
}
