package dev.consigne.postgres;

import dev.consigne.file.FileVersion;
import io.vertx.mutiny.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Rows of what files are and were. */
final class VersionRows {
    /**
     * Keeps rows of {@code f} as versions. The placeholders: whether they end with the deletion of the file; what {@code f}
     * is. The retention is that of the bucket now.
     */
    static final String KEEP = """
            INSERT INTO file_version (file_id, generation, bucket_id, name, media_type, content_id, length, metageneration,
                                      metadata, tags, created_at, updated_at, changed_at, deleted, expires_at)
            SELECT f.id, f.generation, f.bucket_id, f.name, f.media_type, f.content_id, f.length, f.metageneration,
                   f.metadata, f.tags, f.created_at, f.updated_at, f.changed_at, %s,
                   (SELECT catalog_now() + make_interval(secs => k.version_retention_seconds)
                    FROM bucket k WHERE k.id = f.bucket_id)
            FROM %s
            """;

    /**
     * The generations of the file $1 from $2 up and below $3, newest first, at most $4. Versions are limited by themselves
     * too: of a union they would all be read.
     */
    static final String SELECT = """
            WITH f AS (
                SELECT h.* FROM (
                    SELECT id, bucket_id, name, media_type, content_id, generation, metageneration, metadata, tags, created_at,
                           updated_at, changed_at, false AS deleted, NULL::timestamptz AS replaced_at,
                           NULL::timestamptz AS expires_at
                    FROM file WHERE id = $1
                    UNION ALL
                    (SELECT file_id, bucket_id, name, media_type, content_id, generation, metageneration, metadata, tags,
                            created_at, updated_at, changed_at, deleted, replaced_at, expires_at
                     FROM file_version WHERE file_id = $1 AND generation >= $2 AND generation < $3
                     ORDER BY generation DESC LIMIT $4)) h
                WHERE h.generation >= $2 AND h.generation < $3 ORDER BY h.generation DESC LIMIT $4)
            SELECT f.deleted, f.replaced_at, f.expires_at,\s""" + FileRows.COLUMNS + "FROM f " + FileRows.JOINS + "ORDER BY f.generation DESC";

    private VersionRows() {}

    static FileVersion version(Row row) {
        return new FileVersion(
                FileRows.file(row),
                Optional.ofNullable(row.getOffsetDateTime("replaced_at")).map(OffsetDateTime::toInstant),
                row.getBoolean("deleted"),
                Optional.ofNullable(row.getOffsetDateTime("expires_at")).map(OffsetDateTime::toInstant));
    }
}
