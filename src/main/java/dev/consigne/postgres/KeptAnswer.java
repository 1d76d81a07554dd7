package dev.consigne.postgres;

import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.FileId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Labels;
import dev.consigne.file.Metadata;
import dev.consigne.file.Sha256;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/** What an upload was answered, as JSON beside its key. Bucket, name and media type are those of whoever asks again. */
final class KeptAnswer {
    private KeptAnswer() {}

    static JsonObject json(FileRecord file) {
        return new JsonObject()
                .put("fileId", file.id().toString())
                .put("generation", file.generation())
                .put("contentId", file.content().contentId().toString())
                .put("length", file.length())
                .put("chunkSize", file.content().layout().chunkSize())
                .put("sha256", file.content().sha256().hex())
                .put("crc32c", file.content().crc32c())
                .put("metadata", file.labels().metadata().json())
                .put("tags", FileRows.json(file.labels().tags()))
                .put("createdAt", file.createdAt().toString())
                .put("updatedAt", file.updatedAt().toString());
    }

    static FileRecord file(JsonObject answer, UploadCommand command) {
        return FileRecord.published(
                new FileId(UUID.fromString(answer.getString("fileId"))),
                command.bucket(),
                command.name(),
                answer.getLong("generation"),
                new Labels(
                        command.mediaType(),
                        new Metadata(answer.getString("metadata", "{}")),
                        FileRows.tags(answer.getJsonObject("tags", new JsonObject()))),
                new StoredContent(
                        new ContentId(UUID.fromString(answer.getString("contentId"))),
                        new ContentLayout(answer.getLong("length"), answer.getInteger("chunkSize")),
                        new Sha256(answer.getString("sha256")),
                        answer.getLong("crc32c")),
                Instant.parse(answer.getString("createdAt")),
                Instant.parse(answer.getString("updatedAt")));
    }
}
