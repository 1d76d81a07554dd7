package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.ClaimedDigests;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Metadata;
import dev.consigne.file.Preconditions;
import dev.consigne.file.Tags;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a copy shall be. */
@RegisterForReflection // read by hand, so the native build does not see that it is
@Schema(name = "FileCopy", description = "What a copy shall be")
record FileCopy(
        @Schema(examples = "archive", description = "Its bucket; absent: that of the source") @Nullable
        String bucket,

        @Schema(required = true, examples = "2026/report (copy).pdf", description = "Its name") @Nullable
        String name,

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
                description = "What is said about it; absent: what is said about the source")
        @Nullable
        JsonNode metadata,

        @Schema(examples = "{\"status\":\"copy\"}", description = "Its tags; absent: those of the source") @Nullable
        Map<String, String> tags) {
    static final FileCopy NOTHING = new FileCopy(null, null, null, null, null, null);

    /** Throws {@link ErrorCode#INVALID_BODY} without a name. */
    FileCopy required() {
        if (name == null) {
            throw new ServiceException(ErrorCode.INVALID_BODY, "name is missing: the name of the copy.")
                    .with("pointer", "/name");
        }
        Preconditions unused = onTarget(); // refused before the source is looked for
        return this;
    }

    /** The wish to have it, of the source as it is seen. */
    UploadCommand of(FileRecord source, Optional<IdempotencyKey> key) {
        Metadata said = metadata == null ? source.labels().metadata() : MetadataJson.of(metadata);
        Tags tagged = tags == null ? source.labels().tags() : Tags.of(tags);
        return new UploadCommand(
                        bucket == null ? source.bucket() : new BucketName(bucket),
                        new FileName(Objects.requireNonNull(name)),
                        source.mediaType(),
                        OptionalLong.of(source.length()))
                .withKey(key)
                .withTerms(new UploadTerms(
                        onTarget(), Optional.empty(), Optional.of(said), Optional.of(tagged), ClaimedDigests.NONE));
    }

    private Preconditions onTarget() {
        return TargetCondition.of(overwrite, ifMatch);
    }
}
