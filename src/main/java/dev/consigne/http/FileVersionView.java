package dev.consigne.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.consigne.file.FileVersion;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One generation of a file as JSON. */
@Schema(name = "FileVersion", description = "One generation of a file: what it is, or what it was")
record FileVersionView(
        @Schema(required = true, description = "The file as it stands or, of an earlier generation, stood last")
        FileView file,

        @Schema(required = true, examples = "false", description = "Whether it is what the file is now")
        boolean current,

        @Schema(
                required = true,
                examples = "false",
                description = "Whether the file was deleted with it and has not come back since")
        boolean deleted,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(description = "When it was replaced or deleted; absent of the current one")
        @Nullable
        Instant replacedAt,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(description = "From then on it is given up by itself; absent: kept until somebody deletes it")
        @Nullable
        Instant expiresAt) {

    static FileVersionView of(FileVersion version) {
        return new FileVersionView(
                FileView.of(version.file()),
                version.current(),
                version.deleted(),
                version.replacedAt().orElse(null),
                version.expiresAt().orElse(null));
    }

    /** A page of generations as JSON. */
    @Schema(name = "FileVersionPage", description = "A page of a file's generations")
    record Page(
            @Schema(required = true, description = "Newest first")
            List<FileVersionView> versions,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(
                    examples = PageRequest.CURSOR_EXAMPLE,
                    description = "Ask for the next page with this; absent on the last page")
            @Nullable
            String nextCursor)
            implements Paged {}
}
