package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.memory.Caller;
import dev.consigne.memory.ChunkBuffers;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import java.util.OptionalLong;

/** How much of the budget an upload or a download is given, and in what pieces it uses it. */
final class TransferMemory {
    /** Smaller chunks would cost the chunk store more than they save here. */
    private static final int LEAST_CHUNK = 32 * 1024;

    /** Larger writes to a socket are copied to unpooled memory. */
    private static final int LARGEST_PIECE = 64 * 1024;

    private static final int LEAST_PIECE = 8 * 1024;

    /** What has come from a socket and has no chunk to go to: half of what one read brings at the most. */
    private static final int ARRIVED = 32 * 1024;

    /** What a transfer costs beside its bytes. */
    private static final int OVERHEAD = 1024;

    /** So many windows should fit what can be lent, also while only one transfer fetches. */
    private static final int WINDOWS = 3;

    /** Of the budget, kept as buffers to be used again. */
    private static final int KEPT = 16;

    private final MemoryBudget budget;
    private final FileConfig config;
    private final FileMeters meters;
    private final ChunkBuffers buffers;

    TransferMemory(MemoryBudget budget, FileConfig config, FileMeters meters) {
        this.budget = budget;
        this.config = config;
        this.meters = meters;
        this.buffers = new ChunkBuffers(budget.bytes() / KEPT);
    }

    /**
     * Memory for the chunk being filled, which is smaller the less there is left, and the way to more.
     *
     * @throws ServiceException {@link ErrorCode#OVERLOADED}, {@link ErrorCode#TOO_MANY_TRANSFERS}
     */
    UploadWindow forUpload(Caller caller, OptionalLong declaredLength) {
        int chunkSize = budget.unitOfNewcomer((int) config.chunkSize().bytes(), LEAST_CHUNK);
        long bytes = Math.min(chunkSize, declaredLength.orElse(Long.MAX_VALUE));
        Reservation reservation = reserve(caller, bytes + Math.min(ARRIVED, bytes) + OVERHEAD);
        return new UploadWindow(
                reservation, buffers, chunkSize, config.inFlight().bytes());
    }

    /**
     * Memory for two of the smallest pieces on their way to the socket, and the way to the chunks they are taken from.
     *
     * @throws ServiceException {@link ErrorCode#OVERLOADED}, {@link ErrorCode#TOO_MANY_TRANSFERS}
     */
    Reservation forDownload(Caller caller, long length) {
        return reserve(caller, Math.min(2L * LEAST_PIECE, length) + OVERHEAD);
    }

    private Reservation reserve(Caller caller, long bytes) {
        try {
            return budget.reserve(caller, bytes);
        } catch (ServiceException refusal) {
            meters.refused(refusal.code());
            throw refusal;
        }
    }

    /**
     * Chunks of this size to fetch together now: no more than leaves room for others who fetch at the same time, in each of
     * the places where chunks are while they come.
     */
    int window(int chunkSize) {
        long fair = Math.min(budget.lendable() / WINDOWS, budget.share()) / ChunkReader.FETCHING;
        return (int) Math.max(1, Math.min(config.readWindow().bytes(), fair) / chunkSize);
    }

    /** Bytes to hand to a socket together: the fewer, the less memory is left. What waits in its queue is not of the heap. */
    int piece() {
        return budget.unit(LARGEST_PIECE, LEAST_PIECE);
    }
}
