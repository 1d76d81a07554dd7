package dev.consigne.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of files as JSON. */
@Schema(name = "FilePage", description = "A page of a listing")
record FilePageView(
        @Schema(required = true, description = "In the order of the bytes of their names")
        List<FileView> files,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(
                examples = PageRequest.CURSOR_EXAMPLE,
                description = "Ask for the next page with this; absent on the last page")
        @Nullable
        String nextCursor)
        implements Paged {}
