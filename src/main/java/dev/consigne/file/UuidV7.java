package dev.consigne.file;

import java.util.UUID;

/** UUIDs that sort by the time they were made (RFC 9562, section 5.7), so that new index entries stay together. */
final class UuidV7 {
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private UuidV7() {}

    /**
     * @param epochMillis Unix time in milliseconds; only 48 bits are kept
     * @param random1 random bits, of which 12 are used
     * @param random2 random bits, of which 62 are used
     */
    static UUID of(long epochMillis, long random1, long random2) {
        return new UUID((epochMillis << 16) | VERSION | (random1 & 0x0FFF), VARIANT | (random2 >>> 2));
    }
}
