package dev.consigne.file;

import dev.consigne.memory.ChunkBuffers;
import dev.consigne.memory.Reservation;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The chunks an upload holds at once: the one being filled and those on their way to the store. One is its own for as long
 * as it runs; the others are borrowed, as many as others can spare, up to a limit. So a lone upload has much in flight, and
 * one of many still gets on.
 *
 * <p>The reservation is released when the upload has ended and nothing of it is on its way any more, whichever is last.
 */
final class UploadWindow implements ChunkSupply {
    /** Each needs a connection; a store has no use for more at once, however small they are. */
    private static final int MOST_CHUNKS = 64;

    private final Reservation reservation;
    private final ChunkBuffers buffers;
    private final int chunkSize;
    private final int most;

    private volatile @Nullable Runnable listener;
    private int held; // this and the rest are guarded by this
    private int writing;
    private int borrowed;
    private boolean ended;

    /**
     * @param chunkSize what the reservation has room for, in bytes
     * @param bytes of chunks held at once at the most; two chunks at least
     */
    UploadWindow(Reservation reservation, ChunkBuffers buffers, int chunkSize, long bytes) {
        this.reservation = reservation;
        this.buffers = buffers;
        this.chunkSize = chunkSize;
        this.most = (int) Math.max(2, Math.min(MOST_CHUNKS, bytes / chunkSize));
    }

    /** Bytes of a chunk. */
    int chunkSize() {
        return chunkSize;
    }

    /** Chunks that may be on their way at once. */
    int most() {
        return most;
    }

    @Override
    public void whenFree(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public Optional<ByteBuffer> take(int capacity) {
        synchronized (this) {
            if (ended || held == most) {
                return Optional.empty();
            }
            if (held > 0) {
                if (!reservation.tryBorrow(chunkSize)) {
                    return Optional.empty();
                }
                borrowed++;
            }
            held++;
        }
        return Optional.of(buffers.take(capacity));
    }

    /**
     * Writes a chunk; its memory is free when that has ended. That is not when nobody waits for it any more: the driver
     * goes on with it, so the write is not cancelled. Fails, and writes nothing, if the upload has ended before it begins.
     */
    Uni<Void> write(Chunk chunk, Supplier<Uni<Void>> write) {
        return Uni.createFrom()
                .deferred(() -> began()
                        ? writing(chunk, write)
                        : Uni.createFrom().failure(new CancellationException("the upload has ended")))
                .memoize()
                .indefinitely();
    }

    private Uni<Void> writing(Chunk chunk, Supplier<Uni<Void>> write) {
        return Uni.createFrom()
                .deferred(write::get)
                .invoke(() -> buffers.give(chunk.data()))
                .onTermination()
                .invoke(this::written);
    }

    /** Nothing more is taken, and what was taken and is not being written is given up. */
    void end() {
        int back;
        synchronized (this) {
            ended = true;
            back = free(held - writing);
        }
        giveBack(back);
    }

    private synchronized boolean began() {
        writing += ended ? 0 : 1;
        return !ended;
    }

    private void written() {
        int back;
        synchronized (this) {
            writing--;
            back = free(1);
        }
        giveBack(back);
        Runnable waiting = listener;
        if (waiting != null) {
            waiting.run();
        }
    }

    /** Together with what made them free, so that nobody counts them again. @return how many of them were borrowed */
    private int free(int chunks) {
        int back = Math.min(borrowed, chunks);
        borrowed -= back;
        held -= chunks;
        return back;
    }

    private void giveBack(int chunks) {
        if (chunks > 0) {
            reservation.giveBack((long) chunks * chunkSize);
        }
        if (isOver()) {
            reservation.release();
        }
    }

    private synchronized boolean isOver() {
        return ended && held == 0;
    }
}
