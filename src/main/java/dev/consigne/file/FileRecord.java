package dev.consigne.file;

import java.time.Instant;

/**
 * A file as it stands at one moment: which content its name means now.
 *
 * @param id stays through replacements
 * @param generation 1 at creation, one more with each replacement
 * @param content what the bytes are
 * @param damaged whether its chunks were found missing or wrong; its bytes are then not served
 * @param createdAt when the first generation was published, by PostgreSQL's clock
 * @param updatedAt when this generation was published
 */
public record FileRecord(
        FileId id,
        BucketName bucket,
        FileName name,
        long generation,
        MediaType mediaType,
        StoredContent content,
        boolean damaged,
        Instant createdAt,
        Instant updatedAt) {

    /** Bytes of the current generation. */
    public long length() {
        return content.layout().length();
    }

    /** A strong validator (RFC 9110, section 8.8.3), with its quotes: the SHA-256 of the bytes. */
    public String entityTag() {
        return '"' + content.sha256().hex() + '"';
    }
}
