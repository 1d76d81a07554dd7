package dev.consigne.file;

import dev.consigne.memory.Caller;
import dev.consigne.memory.ChunkBuffers;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An upload of 16 MiB from buffers of memory into chunks that are taken at once: the engine, its window and its meter. */
@State(Scope.Thread)
public class ChunkerBench {
    /** Bytes of one call. */
    public static final int BODY = 16 << 20;

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final long IN_FLIGHT = 4 << 20;

    @Param({"8192", "65536"})
    public int buffer;

    @Param({"262144", "1048576"})
    public int chunk;

    @Param({"false", "true"})
    public boolean metered;

    private final MemoryBudget budget = Samples.budget();
    private final ChunkBuffers kept = new ChunkBuffers(budget.bytes() / 16);
    private final ContentId contentId = Samples.newContent();
    private List<ByteBuffer> buffers = List.of();

    /** The bytes are the same in every MiB, so that they stay where a socket's would be: in the cache. */
    @Setup
    public void fill() {
        byte[] mebibyte = Bytes.seeded(1, 1 << 20);
        buffers = Multi.createFrom()
                .range(0, BODY >> 20)
                .onItem()
                .transformToMultiAndConcatenate(number -> Multi.createFrom().iterable(Bytes.buffers(mebibyte, buffer)))
                .collect()
                .asList()
                .await()
                .atMost(BOUND);
    }

    @Benchmark
    public void upload() {
        UploadWindow window = new UploadWindow(budget.reserve(Caller.UNKNOWN, chunk), kept, chunk, IN_FLIGHT);
        chunker(body(), window)
                .onItem()
                .transformToUni(
                        full -> window.write(full, () -> Uni.createFrom().voidItem()))
                .merge(window.most())
                .onItem()
                .ignoreAsUni()
                .await()
                .atMost(BOUND);
        window.end();
    }

    /** The duplicates stand for the buffers that each read of a socket makes. */
    private Multi<ByteBuffer> body() {
        Multi<ByteBuffer> body = Multi.createFrom().iterable(buffers).map(ByteBuffer::duplicate);
        return metered ? new Watched(body, new ContentMeter(BODY)::pass) : body;
    }

    private Chunker chunker(Multi<ByteBuffer> body, ChunkSupply supply) {
        return new Chunker(body, contentId, chunk, OptionalLong.of(BODY), supply);
    }
}
