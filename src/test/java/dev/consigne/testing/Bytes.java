package dev.consigne.testing;

import io.smallrye.mutiny.Multi;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32C;

/** Test content: made from a seed, so that a failure can be repeated, and compared by digest or exactly. */
public final class Bytes {
    private Bytes() {}

    /** The same bytes for the same seed and length. */
    public static byte[] seeded(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Buffers of {@code size} bytes, the last with the rest; none for no bytes. */
    public static List<ByteBuffer> buffers(byte[] bytes, int size) {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += size) {
            buffers.add(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from))
                    .slice());
        }
        return buffers;
    }

    /** As {@link #buffers}, as a body that can be read again. */
    public static Multi<ByteBuffer> body(byte[] bytes, int size) {
        return Multi.createFrom().deferred(() -> Multi.createFrom().iterable(buffers(bytes, size)));
    }

    /** The remaining bytes of all buffers; consumes none of them. */
    public static byte[] joined(List<ByteBuffer> buffers) {
        ByteBuffer all = ByteBuffer.allocate(
                buffers.stream().mapToInt(ByteBuffer::remaining).sum());
        buffers.forEach(buffer -> all.put(buffer.duplicate()));
        return all.array();
    }

    /** SHA-256 in lower-case hexadecimal. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A digest as RFC 9530 writes it, of {@code sha-256}, {@code sha-512} or whatever else the JDK knows. */
    public static String digest(String algorithm, byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT))
                    .digest(bytes);
            return algorithm + "=:" + Base64.getEncoder().encodeToString(digest) + ":";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A copy that differs in one bit. */
    public static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << bit % 8);
        return copy;
    }

    /** CRC32C, big-endian, in base64. */
    public static String crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
