package dev.consigne.file;

/**
 * A run of bytes of one content, already known to lie inside it.
 *
 * @param offset first byte, from 0
 * @param length number of bytes, 0 or more
 */
public record Slice(long offset, long length) {
    public Slice {
        if (offset < 0 || length < 0 || offset + length < 0) {
            throw new IllegalArgumentException("offset " + offset + ", length " + length);
        }
    }

    /** The first byte after it. */
    public long end() {
        return offset + length;
    }
}
