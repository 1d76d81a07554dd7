package dev.consigne.bench.memory;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;

/**
 * An endless content whose every byte follows from its position, so that any part of it can be sent and checked without
 * being kept. It repeats after a prime number of bytes, so that no chunk is equal to another.
 */
final class PatternBytes {
    /** Most bytes that are given or checked at once. */
    static final int MOST = 256 * 1024;

    private static final int PERIOD = 1_048_573;

    private final byte[] bytes = new byte[PERIOD + MOST];

    PatternBytes() {
        new Random(1).nextBytes(bytes);
        System.arraycopy(bytes, 0, bytes, PERIOD, MOST);
    }

    /** Where the bytes from this position on are in {@link #array}. */
    int offset(long position) {
        return (int) (position % PERIOD);
    }

    /** To be read only; from each {@link #offset} there are at least {@value #MOST} bytes. */
    byte[] array() {
        return bytes;
    }

    /** So many bytes from this position on. */
    ByteBuffer slice(long position, int length) {
        return ByteBuffer.wrap(bytes, offset(position), length);
    }

    /** Whether the remaining bytes, at most {@value #MOST}, are those of this position; consumes none. */
    boolean matches(long position, ByteBuffer read) {
        return slice(position, read.remaining()).equals(read);
    }

    /** Has a digest take note of the bytes between two positions. */
    void update(MessageDigest digest, long from, long to) {
        for (long position = from; position < to; position += MOST) {
            digest.update(slice(position, (int) Math.min(MOST, to - position)));
        }
    }
}
