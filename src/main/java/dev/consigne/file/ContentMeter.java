package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Counts and hashes a content while it passes, and stops it at its limit. One per upload; calls must not overlap and
 * must happen in the order of the bytes.
 */
public final class ContentMeter {
    private final long limit;
    private final ClaimedDigests claims;
    private final MessageDigest sha256 = Sha256.digest();
    private final Optional<MessageDigest> sha512;
    private final CRC32C crc32c = new CRC32C();
    private long length;

    /** @param limit most bytes the content may have */
    public ContentMeter(long limit) {
        this(limit, ClaimedDigests.NONE);
    }

    /**
     * @param limit most bytes the content may have
     * @param claims held against the bytes at their end
     */
    public ContentMeter(long limit, ClaimedDigests claims) {
        this.limit = limit;
        this.claims = claims;
        this.sha512 = claims.needsSha512() ? Optional.of(Sha512.digest()) : Optional.empty();
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
        sha512.ifPresent(digest -> digest.update(bytes.duplicate()));
        crc32c.update(bytes.duplicate());
    }

    /** Bytes seen so far. */
    public long length() {
        return length;
    }

    /**
     * The account of everything passed; ends the meter's use. There is none of bytes that are not what was claimed, so
     * that nobody can seal or publish them.
     *
     * @throws ServiceException as {@link ClaimedDigests#require}
     */
    public StoredContent total(ContentId contentId, int chunkSize) {
        Sha256 sha = requireClaimed();
        return new StoredContent(contentId, new ContentLayout(length, chunkSize), sha, crc32c.getValue());
    }

    /**
     * As {@link #total}, of bytes that are no content of their own.
     *
     * @return their SHA-256
     */
    public Sha256 requireClaimed() {
        Sha256 sha = Sha256.of(sha256.digest());
        claims.require(new Digests(Optional.of(sha), sha512.map(digest -> Sha512.of(digest.digest()))));
        return sha;
    }

    static ServiceException tooLarge(long limit) {
        return new ServiceException(
                        ErrorCode.CONTENT_TOO_LARGE, "The content is larger than the " + limit + " bytes allowed here.")
                .with("limit", limit);
    }
}
