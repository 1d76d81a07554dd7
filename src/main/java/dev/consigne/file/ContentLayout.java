package dev.consigne.file;

/**
 * How a content is cut: every chunk has {@code chunkSize} bytes but the last, which has the rest and is never empty.
 *
 * @param length bytes of the content, 0 or more
 * @param chunkSize bytes of a full chunk, more than 0; fixed when the upload begins
 */
public record ContentLayout(long length, int chunkSize) {
    public ContentLayout {
        if (length < 0 || chunkSize <= 0) {
            throw new IllegalArgumentException("length " + length + " or chunk size " + chunkSize + " is out of range");
        }
        if (chunks(length, chunkSize) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(length + " bytes are too many chunks of " + chunkSize);
        }
    }

    /** Number of chunks: 0 for an empty content. */
    public int chunkCount() {
        return (int) chunks(length, chunkSize);
    }

    /** Bytes the chunk must have. */
    public int lengthOf(int chunk) {
        if (chunk < 0 || chunk >= chunkCount()) {
            throw new IndexOutOfBoundsException("chunk " + chunk + " of " + chunkCount());
        }
        return (int) Math.min(chunkSize, length - (long) chunk * chunkSize);
    }

    /** The chunk that holds the byte at this offset. */
    public int chunkAt(long offset) {
        return (int) (offset / chunkSize);
    }

    /** Rounded up without a sum that could overflow: the length may be whatever a caller declared. */
    private static long chunks(long length, int chunkSize) {
        return length / chunkSize + (length % chunkSize == 0 ? 0 : 1);
    }
}
