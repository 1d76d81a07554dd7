package dev.consigne.http;

import dev.consigne.file.FileRecord;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A file as JSON. */
@Schema(name = "File", description = "A file as it stands now")
record FileView(
        @Schema(required = true, description = "Stays through replacements")
        UUID id,

        @Schema(required = true, examples = "demo") String bucket,

        @Schema(required = true, examples = "2026/report.pdf", description = "Unique in the bucket")
        String name,

        @Schema(required = true, examples = "1", description = "1 at creation, one more with each replacement")
        long generation,

        @Schema(required = true, examples = "48213", description = "Bytes")
        long length,

        @Schema(required = true, examples = "application/pdf", description = "As declared at upload")
        String mediaType,

        @Schema(
                required = true,
                examples = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                description = "SHA-256 of the bytes, in hexadecimal digits")
        String sha256,

        @Schema(required = true, description = "When the first generation was stored")
        Instant createdAt,

        @Schema(required = true, description = "When this generation was stored")
        Instant updatedAt) {

    static FileView of(FileRecord file) {
        return new FileView(
                file.id().value(),
                file.bucket().value(),
                file.name().value(),
                file.generation(),
                file.length(),
                file.mediaType().value(),
                file.content().sha256().hex(),
                file.createdAt(),
                file.updatedAt());
    }
}
