package dev.consigne.file;

import dev.consigne.memory.ChunkBuffers;
import dev.consigne.memory.Reservation;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.util.Optional;
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
     * goes on with it, so the write is not cancelled.
     */
    Uni<Void> write(Chunk chunk, Supplier<Uni<Void>> write) {
        return Uni.createFrom()
                .deferred(() -> {
                    began();
                    return write.get();
                })
                .invoke(() -> buffers.give(chunk.data()))
                .onTermination()
                .invoke(this::written)
                .memoize()
                .indefinitely();
    }

    /** Nothing more is taken, and what was taken and is not being written is given up. */
    void end() {
        int unwritten;
        synchronized (this) {
            ended = true;
            unwritten = held - writing;
        }
        free(unwritten);
    }

    private synchronized void began() {
        writing++;
    }

    private void written() {
        synchronized (this) {
            writing--;
        }
        free(1);
        Runnable waiting = listener;
        if (waiting != null) {
            waiting.run();
        }
    }

    private void free(int chunks) {
        int back;
        boolean last;
        synchronized (this) {
            back = Math.min(borrowed, chunks);
            borrowed -= back;
            held -= chunks;
            last = ended && held == 0;
        }
        if (back > 0) {
            reservation.giveBack((long) back * chunkSize);
        }
        if (last) {
            reservation.release();
        }
    }
}
