package dev.consigne.file;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Where a {@link Chunker} gets the buffers that become chunks. */
interface ChunkSupply {
    /**
     * An empty heap buffer for the next chunk, or empty if there is none now.
     *
     * @param capacity bytes it must take
     */
    Optional<ByteBuffer> take(int capacity);

    /** @param listener run, by any thread, whenever a {@link #take} that gave nothing may give something */
    void whenFree(Runnable listener);
}
