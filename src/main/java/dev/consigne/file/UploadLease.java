package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/**
 * Keeps an upload's lease while it makes progress: before a chunk is written, the lease is renewed if a quarter of it
 * has passed or if the chunk's number is not covered yet. An upload that stands still renews nothing and lapses.
 *
 * <p>Calls must not overlap.
 */
final class UploadLease {
    private final FileCatalog catalog;
    private final FileMeters meters;
    private final Ticker ticker;
    private final Duration lease;
    private PendingContent pending;
    private long renewedAt;

    UploadLease(FileCatalog catalog, FileMeters meters, Ticker ticker, Duration lease, PendingContent pending) {
        this.catalog = catalog;
        this.meters = meters;
        this.ticker = ticker;
        this.lease = lease;
        this.pending = pending;
        this.renewedAt = ticker.nanos();
    }

    /**
     * Makes sure the chunk may be written.
     *
     * @return fails with {@link ErrorCode#UPLOAD_LOST} if the right to publish is gone; then nothing may be written
     */
    Uni<Void> cover(int chunkNumber) {
        boolean uncovered = chunkNumber >= pending.chunkLimit();
        if (!uncovered && elapsed().compareTo(lease.dividedBy(4)) < 0) {
            return Uni.createFrom().voidItem();
        }
        int limit = uncovered ? doubled(chunkNumber) : pending.chunkLimit();
        return catalog.renew(pending, limit)
                .invoke(kept -> renewed(kept, limit))
                .replaceWithVoid()
                .onFailure(failure -> !uncovered && mayWait(failure))
                .recoverWithNull();
    }

    private void renewed(boolean kept, int limit) {
        meters.leaseRenewed(kept);
        if (!kept) {
            throw new ServiceException(
                    ErrorCode.UPLOAD_LOST,
                    "The upload did not send a chunk within " + lease.toSeconds()
                            + " s and was given up. Upload it again.");
        }
        pending = pending.withChunkLimit(limit);
        renewedAt = ticker.nanos();
    }

    /** The catalog may be away for a while: half of the lease is left for it to come back. */
    private boolean mayWait(Throwable failure) {
        boolean lost = failure instanceof ServiceException service && service.code() == ErrorCode.UPLOAD_LOST;
        return !lost && elapsed().compareTo(lease.dividedBy(2)) < 0;
    }

    private Duration elapsed() {
        return ticker.since(renewedAt);
    }

    private static int doubled(int chunkNumber) {
        return (int) Math.min(Integer.MAX_VALUE, 2L * (chunkNumber + 1L));
    }
}
