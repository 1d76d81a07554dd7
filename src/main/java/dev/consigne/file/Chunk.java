package dev.consigne.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A slice of a content as it lies in the chunk store.
 *
 * @param contentId whose it is
 * @param number its place, from 0
 * @param data its bytes, never empty; read-only by agreement: nobody writes to it once it is a chunk
 * @param crc32c CRC32C of the bytes (RFC 3720, section 12.1), unsigned in the lower 32 bits
 */
public record Chunk(ContentId contentId, int number, ByteBuffer data, long crc32c) {
    /** A new chunk; the checksum is computed over the remaining bytes. */
    public static Chunk of(ContentId contentId, int number, ByteBuffer data) {
        return new Chunk(contentId, number, data, crc32cOf(data));
    }

    public int length() {
        return data.remaining();
    }

    /** Whether the bytes are those the checksum was made of. */
    public boolean intact() {
        return crc32cOf(data) == crc32c;
    }

    private static long crc32cOf(ByteBuffer data) {
        CRC32C crc = new CRC32C();
        crc.update(data.duplicate());
        return crc.getValue();
    }
}
