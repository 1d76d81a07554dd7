package dev.consigne.http;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.consigne.file.FileRecord;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A file as JSON. */
@Schema(name = "FileRecord", description = "A file as it stands now")
record FileView(
        @Schema(required = true, description = "Stays through replacements")
        UUID id,

        @Schema(required = true, examples = "demo") String bucket,

        @Schema(required = true, examples = "2026/report.pdf", description = "Unique in the bucket")
        String name,

        @Schema(required = true, examples = "1", description = "1 at creation, one more with each replacement")
        long generation,

        @Schema(
                required = true,
                examples = "1",
                description = "1 with each generation, one more with each change of what is said about the file")
        long metageneration,

        @Schema(required = true, examples = "48213", description = "Bytes")
        long length,

        @Schema(required = true, examples = "application/pdf", description = "As declared at upload")
        String mediaType,

        @Schema(
                required = true,
                examples = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                description = "SHA-256 of the bytes, in hexadecimal digits")
        String sha256,

        @Schema(
                required = true,
                examples = "yZRlqg==",
                description = "CRC32C of the bytes, big-endian, in base64; the strong checksum is the SHA-256")
        String crc32c,

        @JsonRawValue
        @Schema(
                required = true,
                type = SchemaType.OBJECT,
                additionalProperties = Schema.True.class,
                implementation = Object.class,
                examples = "{\"author\":\"Ada\",\"year\":2026}",
                description = "What users say about the file; kept, not interpreted")
        String metadata,

        @Schema(required = true, examples = "{\"project\":\"apollo\"}", description = "Short texts to find the file by")
        Map<String, String> tags,

        @Schema(required = true, description = "When the first generation was stored")
        Instant createdAt,

        @Schema(required = true, description = "When this generation was stored")
        Instant updatedAt,

        @Schema(required = true, description = "When the file or anything said about it last changed")
        Instant changedAt) {

    static FileView of(FileRecord file) {
        return new FileView(
                file.id().value(),
                file.bucket().value(),
                file.name().value(),
                file.generation(),
                file.metageneration(),
                file.length(),
                file.mediaType().value(),
                file.content().sha256().hex(),
                base64(file.content().crc32c()),
                file.labels().metadata().json(),
                file.labels().tags().values(),
                file.createdAt(),
                file.updatedAt(),
                file.changedAt());
    }

    private static String base64(long crc32c) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt((int) crc32c).array());
    }
}
