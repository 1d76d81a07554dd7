package dev.consigne.file;

/**
 * What was written: enough to check every byte again.
 *
 * @param contentId the content
 * @param layout its length and how it is cut
 * @param sha256 over all bytes
 * @param crc32c over all bytes, unsigned in the lower 32 bits
 */
public record StoredContent(ContentId contentId, ContentLayout layout, Sha256 sha256, long crc32c) {}
