package dev.consigne.postgres;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Labels;
import dev.consigne.file.MediaType;
import dev.consigne.file.Metadata;
import dev.consigne.file.Sha256;
import dev.consigne.file.StoredContent;
import dev.consigne.file.Tags;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows of a file with its bucket and content as a record. */
final class FileRows {
    /** Columns {@link #file} reads, from {@code file f}, {@code bucket b} and {@code content c}. */
    static final String COLUMNS = """
            f.id, b.name AS bucket, f.name, f.generation, f.metageneration, f.media_type, f.metadata::text AS metadata, f.tags,
            f.content_id, f.created_at, f.updated_at, f.changed_at, b.requires_preconditions AS guarded,
            c.length, c.chunk_size, c.sha256, c.crc32c, c.state
            """;

    /** Bucket and content of {@code f}. */
    static final String JOINS = "JOIN bucket b ON b.id = f.bucket_id JOIN content c ON c.id = f.content_id ";

    private FileRows() {}

    static FileRecord file(Row row) {
        return new FileRecord(
                new FileId(row.getUUID("id")),
                new BucketName(row.getString("bucket")),
                new FileName(row.getString("name")),
                row.getLong("generation"),
                row.getLong("metageneration"),
                labels(row),
                content(new ContentId(row.getUUID("content_id")), row),
                row.getString("state").equals("DAMAGED"),
                row.getBoolean("guarded"),
                instant(row, "created_at"),
                instant(row, "updated_at"),
                instant(row, "changed_at"));
    }

    static Labels labels(Row row) {
        return new Labels(
                new MediaType(row.getString("media_type")),
                new Metadata(row.getString("metadata")),
                tags(row.getJsonObject("tags")));
    }

    static Tags tags(JsonObject object) {
        Map<String, String> values = new HashMap<>();
        object.forEach(tag -> values.put(tag.getKey(), (String) tag.getValue()));
        return Tags.of(values);
    }

    static JsonObject json(Tags tags) {
        return new JsonObject(new LinkedHashMap<>(tags.values()));
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
