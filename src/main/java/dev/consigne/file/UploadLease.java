package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Keeps an upload's lease while it runs, by time alone: also while the client sends nothing or the chunk store stands
 * still. When the lease is lost, or the catalog has been away for half of it, the upload ends. Besides, it raises the
 * chunk limit before a chunk beyond it is written.
 *
 * <p>Calls to the catalog never overlap.
 */
final class UploadLease {
    /** After a failure the catalog is asked again sooner, so that a short absence costs no more than it took. */
    private static final int TRIES_PER_BEAT = 8;

    private final FileCatalog catalog;
    private final FileMeters meters;
    private final Ticker ticker;
    private final Duration lease;
    private final Duration heartbeat;
    private final Turns turns = new Turns();
    private volatile PendingContent pending;
    private volatile long renewedAt;
    private volatile boolean failing;

    /** @param heartbeat how often the lease is renewed; at most a quarter of it */
    UploadLease(
            FileCatalog catalog,
            FileMeters meters,
            Ticker ticker,
            Duration lease,
            Duration heartbeat,
            PendingContent pending) {
        this.catalog = catalog;
        this.meters = meters;
        this.ticker = ticker;
        this.lease = lease;
        this.heartbeat = heartbeat;
        this.pending = pending;
        this.renewedAt = ticker.nanos();
    }

    /**
     * Renews the lease for as long as the work takes. With the work, whether it succeeds, fails or is cancelled, the
     * renewals end.
     *
     * @return as the work does; if the lease ends first, the work is cancelled, and it fails with {@link
     *     ErrorCode#UPLOAD_LOST} or {@link ErrorCode#STORE_UNAVAILABLE}
     */
    <T> Uni<T> during(Uni<T> work) {
        Uni<T> end = Uni.createFrom()
                .deferred(this::beat)
                .repeat()
                .indefinitely()
                .onItem()
                .ignoreAsUni()
                .chain(never -> Uni.createFrom().nothing());
        return Uni.combine().any().of(end, work);
    }

    /**
     * Makes sure the chunk may be written.
     *
     * @return fails with {@link ErrorCode#UPLOAD_LOST} if the right to publish is gone; then nothing may be written
     */
    Uni<Void> cover(int chunkNumber) {
        return isCovered(chunkNumber)
                ? Uni.createFrom().voidItem()
                : turns.take(() -> isCovered(chunkNumber) ? Uni.createFrom().voidItem() : renew(limitFor(chunkNumber)));
    }

    /** Chunks below this are covered. */
    int chunkLimit() {
        return pending.chunkLimit();
    }

    private int limitFor(int chunkNumber) {
        int limit = pending.chunkLimit();
        return chunkNumber < limit ? limit : doubled(chunkNumber);
    }

    /** A process that was stopped for a while must not write on before it knows that it still may. */
    private boolean isCovered(int chunkNumber) {
        return chunkNumber < pending.chunkLimit() && elapsed().compareTo(lease.dividedBy(2)) < 0;
    }

    private Uni<Boolean> beat() {
        return ticker.after(untilNextBeat())
                .chain(() -> turns.take(() ->
                        isDue() ? renew(pending.chunkLimit()) : Uni.createFrom().voidItem()))
                .onFailure(this::mayWait)
                .recoverWithUni(failure -> {
                    failing = true;
                    return Uni.createFrom().voidItem();
                })
                .onFailure(failure -> !(failure instanceof ServiceException))
                .transform(UploadLease::away)
                .replaceWith(true);
    }

    /** A chunk may have renewed it meanwhile. */
    private boolean isDue() {
        return failing || elapsed().compareTo(heartbeat) >= 0;
    }

    private Duration untilNextBeat() {
        Duration untilHalf = lease.dividedBy(2).minus(elapsed());
        Duration next = failing ? heartbeat.dividedBy(TRIES_PER_BEAT) : heartbeat.minus(elapsed());
        return next.compareTo(untilHalf) < 0 ? next : untilHalf;
    }

    private Uni<Void> renew(int chunkLimit) {
        long askedAt = ticker.nanos();
        return catalog.renew(pending, chunkLimit)
                .invoke(kept -> renewed(kept, chunkLimit, askedAt))
                .replaceWithVoid();
    }

    /** @param askedAt from when the new lease counts at the earliest, however long the answer took */
    private void renewed(boolean kept, int chunkLimit, long askedAt) {
        meters.leaseRenewed(kept);
        if (!kept) {
            throw new ServiceException(
                    ErrorCode.UPLOAD_LOST,
                    "The upload took longer than is allowed, or was cut off for longer than its lease, and was given up."
                            + " Upload it again.");
        }
        pending = pending.withChunkLimit(chunkLimit);
        renewedAt = askedAt;
        failing = false;
    }

    /** The catalog may be away for a while: half of the lease is left for it to come back. */
    private boolean mayWait(Throwable failure) {
        boolean lost = failure instanceof ServiceException service && service.code() == ErrorCode.UPLOAD_LOST;
        return !lost && elapsed().compareTo(lease.dividedBy(2)) < 0;
    }

    private static ServiceException away(Throwable failure) {
        return new ServiceException(
                ErrorCode.STORE_UNAVAILABLE, "The lease of the upload could not be renewed; try again.", failure);
    }

    private Duration elapsed() {
        return ticker.since(renewedAt);
    }

    private static int doubled(int chunkNumber) {
        return (int) Math.min(Integer.MAX_VALUE, 2L * (chunkNumber + 1L));
    }
}
