package dev.consigne.file;

/**
 * The right to write and publish one content. Lost when its lease lapses and the collector takes the row over.
 *
 * @param contentId made for this attempt
 * @param fence must still stand in the row when the content is published
 * @param chunkSize bytes of a full chunk
 * @param chunkLimit only chunks with a lower number may be written; renewing the lease can raise it
 * @param maxLength most bytes allowed: the lower of the service's and the bucket's limit
 */
public record PendingContent(ContentId contentId, int fence, int chunkSize, int chunkLimit, long maxLength) {
    public PendingContent withMaxLength(long newLimit) {
        return new PendingContent(contentId, fence, chunkSize, chunkLimit, newLimit);
    }

    PendingContent withChunkLimit(int newLimit) {
        return new PendingContent(contentId, fence, chunkSize, newLimit, maxLength);
    }
}
