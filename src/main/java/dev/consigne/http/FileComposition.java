package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.ClaimedDigests;
import dev.consigne.file.CompositionPart;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.MediaType;
import dev.consigne.file.Preconditions;
import dev.consigne.file.Tags;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What shall be made of which files, as it is sent. */
@RegisterForReflection // read by hand, so the native build does not see that it is
@Schema(name = "FileComposition", description = "What shall be made of which files")
record FileComposition(
        @Schema(required = true, examples = "2026/whole.bin", description = "The name of the file that is made")
        @Nullable
        String name,

        @Schema(required = true, minItems = 1, maxItems = MAX_PARTS, description = "The parts in their order, 1 to 32")
        @Nullable
        List<Part> parts,

        @Schema(examples = "video/mp4", description = "Its media type; absent: that of the first part") @Nullable
        String mediaType,

        @Schema(
                examples = "false",
                description = "Whether it may become the next generation of a file that has the name; absent: no (409)")
        @Nullable
        Boolean overwrite,

        @Schema(
                examples = "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
                description = "The content, as its entity tag, that may be overwritten and no other (412)")
        @Nullable
        String ifMatch,

        @Schema(
                implementation = Object.class,
                examples = "{\"author\":\"Ada\"}",
                description = "What is said about it; absent: nothing, or what was said about the file it replaces")
        @Nullable
        JsonNode metadata,

        @Schema(examples = "{\"status\":\"whole\"}", description = "Its tags; absent: as for metadata") @Nullable
        Map<String, String> tags) {
    static final int MAX_PARTS = 32;
    static final FileComposition NOTHING = new FileComposition(null, null, null, null, null, null, null);

    /** A file whose bytes become a part of another. */
    @RegisterForReflection
    @Schema(name = "CompositionPart", description = "A file whose bytes become a part of another")
    record Part(
            @Schema(required = true, examples = "018f3f2a-7b1c-7d2e-9f3a-4b5c6d7e8f90", description = "The file")
            @Nullable
            UUID id,

            @Schema(
                    examples = "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
                    description = "The content, as its entity tag, that it must have (412)")
            @Nullable
            String ifMatch) {}

    /** @throws ServiceException {@link ErrorCode#INVALID_BODY} with a JSON pointer */
    List<CompositionPart> sources() {
        if (parts == null || parts.isEmpty()) {
            throw invalid("/parts", "parts is missing: the files to make it of.");
        }
        if (parts.size() > MAX_PARTS) {
            throw invalid("/parts", "There are " + parts.size() + " parts; " + MAX_PARTS + " are allowed.")
                    .with("limit", MAX_PARTS);
        }
        List<CompositionPart> sources = new ArrayList<>();
        for (int number = 0; number < parts.size(); number++) {
            sources.add(source(number, parts.get(number)));
        }
        return sources;
    }

    private static CompositionPart source(int number, @Nullable Part part) {
        if (part == null || part.id() == null) {
            throw invalid("/parts/" + number + "/id", "id is missing: the file.");
        }
        return new CompositionPart(
                new FileId(part.id()),
                part.ifMatch() == null
                        ? Preconditions.NONE
                        : TargetCondition.contentIs(part.ifMatch(), "/parts/" + number + "/ifMatch"));
    }

    /**
     * The wish to have it, but for what depends on its parts.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_BODY} with a JSON pointer, and as the other members are refused
     */
    Wish in(BucketName bucket, Optional<IdempotencyKey> key) {
        if (name == null) {
            throw invalid("/name", "name is missing: the name of the file that is made.");
        }
        return new Wish(
                bucket,
                new FileName(name),
                Optional.ofNullable(mediaType).map(MediaType::new),
                key,
                new UploadTerms(
                        TargetCondition.of(overwrite, ifMatch),
                        Optional.empty(),
                        Optional.ofNullable(metadata).map(MetadataJson::of),
                        Optional.ofNullable(tags).map(Tags::of),
                        ClaimedDigests.NONE));
    }

    /** @param mediaType empty: that of the first part */
    record Wish(
            BucketName bucket,
            FileName name,
            Optional<MediaType> mediaType,
            Optional<IdempotencyKey> key,
            UploadTerms terms) {
        UploadCommand of(List<FileRecord> parts) {
            long length = parts.stream().mapToLong(FileRecord::length).sum();
            MediaType type = mediaType.orElse(parts.get(0).mediaType());
            return new UploadCommand(bucket, name, type, OptionalLong.of(length), key, terms);
        }
    }

    private static ServiceException invalid(String pointer, String detail) {
        return new ServiceException(ErrorCode.INVALID_BODY, detail).with("pointer", pointer);
    }
}
