package dev.consigne.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.consigne.bulk.BulkFailure;
import dev.consigne.bulk.BulkTask;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A bulk task as JSON. */
@Schema(name = "BulkTask", description = "How far a change to many files is")
record BulkView(
        @Schema(required = true) UUID id,
        @Schema(required = true, examples = "demo") String bucket,

        @Schema(
                required = true,
                enumeration = {"pending", "done", "cancelled"},
                examples = "done",
                description =
                        "pending: it waits or is carried out; done: every file was tried; cancelled: told to stop")
        String state,

        @Schema(required = true, examples = "12000", description = "Files changed")
        long done,

        @Schema(required = true, examples = "1", description = "Files that could not be changed")
        long failed,

        @Schema(required = true, description = "The first 100 of them")
        List<Failure> failures,

        @Schema(required = true) Instant createdAt,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(description = "When it ended; absent: it has not") @Nullable
        Instant finishedAt) {

    /** A file that could not be changed. */
    @Schema(name = "BulkFailure", description = "A file that could not be changed")
    record Failure(
            @Schema(required = true) UUID id,

            @Schema(required = true, examples = "name-taken", description = "As in a problem")
            String code) {
        static Failure of(BulkFailure failure) {
            return new Failure(failure.file().value(), failure.code());
        }
    }

    static BulkView of(BulkTask task) {
        return new BulkView(
                task.id().value(),
                task.order().bucket().value(),
                task.state().name().toLowerCase(Locale.ROOT),
                task.done(),
                task.failed(),
                task.failures().stream().map(Failure::of).toList(),
                task.createdAt(),
                task.finishedAt().orElse(null));
    }
}
