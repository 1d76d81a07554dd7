package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;

/**
 * How full a bucket is at one moment, in bytes.
 *
 * @param max most that its current files may have together; it may have been lowered below what they have
 * @param used what they have
 * @param reserved what uploads that run have declared
 */
public record Quota(long max, long used, long reserved) {
    /** What may still be uploaded, 0 or more. */
    public long left() {
        return Math.max(0, max - used - reserved);
    }

    /** Throws {@link ErrorCode#QUOTA_EXCEEDED} if there is no room for so many bytes more. */
    public void require(long bytes) {
        if (bytes > left()) {
            throw exceeded("The content has " + bytes + " bytes; the bucket's quota leaves " + left() + ".");
        }
    }

    /** The refusal of a content that turned out to be too large. */
    ServiceException exceeded() {
        return exceeded("The content is larger than the " + left() + " bytes that the bucket's quota left.");
    }

    private ServiceException exceeded(String detail) {
        return new ServiceException(ErrorCode.QUOTA_EXCEEDED, detail)
                .with("limit", max)
                .with("used", used)
                .with("reserved", reserved);
    }
}
