package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

/**
 * Counts and hashes a content while it passes, and stops it at its limit. One per upload; calls must not overlap and
 * must happen in the order of the bytes.
 */
public final class ContentMeter {
    private final long limit;
    private final MessageDigest sha256 = Sha256.digest();
    private final CRC32C crc32c = new CRC32C();
    private long length;

    /** @param limit most bytes the content may have */
    public ContentMeter(long limit) {
        this.limit = limit;
    }

    /**
     * Takes note of the remaining bytes without consuming them.
     *
     * @throws ServiceException {@link ErrorCode#CONTENT_TOO_LARGE} with the first byte beyond the limit
     */
    public void pass(ByteBuffer bytes) {
        length += bytes.remaining();
        if (length > limit) {
            throw tooLarge(limit);
        }
        sha256.update(bytes.duplicate());
        crc32c.update(bytes.duplicate());
    }

    /** Bytes seen so far. */
    public long length() {
        return length;
    }

    /** The account of everything passed; ends the meter's use. */
    public StoredContent total(ContentId contentId, int chunkSize) {
        return new StoredContent(
                contentId, new ContentLayout(length, chunkSize), Sha256.of(sha256.digest()), crc32c.getValue());
    }

    static ServiceException tooLarge(long limit) {
        return new ServiceException(
                        ErrorCode.CONTENT_TOO_LARGE, "The content is larger than the " + limit + " bytes allowed here.")
                .with("limit", limit);
    }
}
