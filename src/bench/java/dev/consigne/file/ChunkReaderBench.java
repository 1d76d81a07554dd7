package dev.consigne.file;

import dev.consigne.memory.Caller;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Multi;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A download of 16 MiB from chunks that are there at once: the engine and its checks. */
@State(Scope.Thread)
public class ChunkReaderBench {
    /** Bytes of one call. */
    public static final int BODY = 16 << 20;

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int READ_WINDOW = 1 << 20;

    @Param({"8192", "65536"})
    public int piece;

    @Param({"262144", "1048576"})
    public int chunk;

    @Param({"false", "true"})
    public boolean metered;

    private final MemoryBudget budget = Samples.budget();
    private final InMemoryChunkStore store = new InMemoryChunkStore();
    private StoredContent content = Samples.stored(Samples.newContent(), new byte[0], 1);

    @Setup
    public void store() {
        byte[] bytes = Bytes.seeded(1, BODY);
        content = Samples.stored(Samples.newContent(), bytes, chunk);
        Samples.chunks(content.contentId(), bytes, chunk).forEach(store::put);
    }

    @Benchmark
    public long download() {
        Reservation reservation = budget.reserve(Caller.UNKNOWN, 2L * piece);
        AtomicLong read = new AtomicLong();
        Multi<ByteBuffer> pieces = reader(reservation);
        (metered ? DigestCheck.over(pieces, content) : pieces)
                .onItem()
                .invoke(bytes -> read.addAndGet(bytes.remaining()))
                .onItem()
                .ignoreAsUni()
                .await()
                .atMost(BOUND);
        reservation.release();
        if (read.get() != BODY) {
            throw new IllegalStateException("read " + read);
        }
        return read.get();
    }

    private ChunkReader reader(Reservation reservation) {
        return new ChunkReader(store, content, new Slice(0, BODY), reservation, () -> READ_WINDOW / chunk, () -> piece);
    }
}
