package dev.consigne.memory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Buffers that are used again: a chunk's array need not be cleared, nor collected, for every chunk. Keeps a limited number
 * of bytes; what is given beyond that is left to the collector. Safe for use by many threads.
 */
public final class ChunkBuffers {
    /** Smaller ones are cheap. */
    private static final int LEAST_BYTES = 16 * 1024;

    private final long limit;
    private final Map<Integer, ArrayDeque<byte[]>> kept = new HashMap<>();
    private long bytes;

    /** @param limit bytes kept for later at the most */
    public ChunkBuffers(long limit) {
        this.limit = limit;
    }

    /** A heap buffer of exactly this capacity, empty; what its array holds is anything. */
    public ByteBuffer take(int capacity) {
        byte[] array = null;
        synchronized (this) {
            ArrayDeque<byte[]> same = kept.get(capacity);
            if (same != null) {
                array = same.poll();
                bytes -= array == null ? 0 : capacity;
            }
        }
        return array == null ? ByteBuffer.allocate(capacity) : ByteBuffer.wrap(array);
    }

    /** Takes back what {@link #take} gave. Nobody may look at it any more: others will write to it. */
    public void give(ByteBuffer buffer) {
        byte[] array = buffer.array();
        if (buffer.arrayOffset() != 0 || array.length < LEAST_BYTES || Integer.bitCount(array.length) != 1) {
            return; // made for one content, whose length nobody else has
        }
        synchronized (this) {
            if (bytes + array.length <= limit) {
                kept.computeIfAbsent(array.length, length -> new ArrayDeque<>()).push(array);
                bytes += array.length;
            }
        }
    }
}
