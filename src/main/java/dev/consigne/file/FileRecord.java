package dev.consigne.file;

import java.time.Instant;

/**
 * A file as it stands at one moment: which content its name means now, and what is said about it.
 *
 * @param id stays through replacements
 * @param generation 1 at creation, one more with each replacement
 * @param metageneration 1 with each generation, one more with each change of the labels or the name
 * @param content what the bytes are
 * @param damaged whether its chunks were found missing or wrong; its bytes are then not served
 * @param guarded whether its bucket takes changes only from who says in which state the file must be
 * @param createdAt when the first generation was published, by PostgreSQL's clock
 * @param updatedAt when this generation was published
 * @param changedAt when anything of it last changed
 */
public record FileRecord(
        FileId id,
        BucketName bucket,
        FileName name,
        long generation,
        long metageneration,
        Labels labels,
        StoredContent content,
        boolean damaged,
        boolean guarded,
        Instant createdAt,
        Instant updatedAt,
        Instant changedAt) {

    /** As it stands the moment it is published. */
    public static FileRecord published(
            FileId id,
            BucketName bucket,
            FileName name,
            long generation,
            Labels labels,
            StoredContent content,
            Instant createdAt,
            Instant publishedAt) {
        return new FileRecord(
                id, bucket, name, generation, 1, labels, content, false, false, createdAt, publishedAt, publishedAt);
    }

    /** Bytes of the current generation. */
    public long length() {
        return content.layout().length();
    }

    /** As declared by the uploader. */
    public MediaType mediaType() {
        return labels.mediaType();
    }

    /** A strong validator of the bytes (RFC 9110, section 8.8.3), with its quotes: their SHA-256. */
    public String entityTag() {
        return '"' + content.sha256().hex() + '"';
    }

    /** A strong validator of this record: no two states of a file share it. */
    public String recordTag() {
        return '"' + Long.toString(generation) + '.' + metageneration + '"';
    }

    /** The bytes, for conditions. */
    public Validators ofContent() {
        return new Validators(entityTag(), updatedAt);
    }

    /** The record, for conditions. */
    public Validators ofRecord() {
        return new Validators(recordTag(), changedAt);
    }
}
