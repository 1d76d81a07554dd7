package dev.consigne.postgres;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.MediaType;
import dev.consigne.file.Sha256;
import dev.consigne.file.StoredContent;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;

/** Rows of a file with its bucket and content as a record. */
final class FileRows {
    /** Columns {@link #file} reads, from {@code file f}, {@code bucket b} and {@code content c}. */
    static final String COLUMNS = """
            f.id, b.name AS bucket, f.name, f.generation, f.media_type, f.content_id, f.created_at, f.updated_at,
            c.length, c.chunk_size, c.sha256, c.crc32c, c.state
            """;

    private FileRows() {}

    static FileRecord file(Row row) {
        return new FileRecord(
                new FileId(row.getUUID("id")),
                new BucketName(row.getString("bucket")),
                new FileName(row.getString("name")),
                row.getLong("generation"),
                new MediaType(row.getString("media_type")),
                content(new ContentId(row.getUUID("content_id")), row),
                row.getString("state").equals("DAMAGED"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    static StoredContent content(ContentId id, Row row) {
        return new StoredContent(
                id,
                new ContentLayout(row.getLong("length"), row.getInteger("chunk_size")),
                Sha256.of(row.getBuffer("sha256").getBytes()),
                row.getLong("crc32c"));
    }

    static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
