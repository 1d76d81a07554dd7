package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a file shall go. */
@RegisterForReflection // read by hand, so the native build does not see that it is
@Schema(name = "FileMove", description = "Where a file shall go")
record FileMove(
        @Schema(examples = "archive", description = "The bucket; absent: where it is") @Nullable
        String bucket,

        @Schema(required = true, examples = "2026/final/report.pdf", description = "Its new name") @Nullable
        String name) {
    static final FileMove NOTHING = new FileMove(null, null);

    /** Throws {@link ErrorCode#INVALID_BODY} without a name. */
    FileMove required() {
        if (name == null) {
            throw new ServiceException(ErrorCode.INVALID_BODY, "name is missing: the new name of the file.")
                    .with("pointer", "/name");
        }
        return this;
    }

    Optional<BucketName> toBucket() {
        return Optional.ofNullable(bucket).map(BucketName::new);
    }

    String toName() {
        return Objects.requireNonNull(name);
    }
}
