package dev.consigne.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of files as JSON. */
@Schema(name = "FilePage", description = "A page of a listing")
record FilePageView(
        @Schema(
                required = true,
                type = SchemaType.ARRAY,
                implementation = FileView.class,
                description = "In order; with `fields`, of each file the members asked for")
        List<Object> files,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(
                examples = "[\"2026/\"]",
                description =
                        "With `delimiter`: the folders of the page, in order. Each stands for all names that begin so")
        @Nullable
        List<String> prefixes,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(
                examples = PageRequest.CURSOR_EXAMPLE,
                description = "Ask for the next page with this; absent on the last page")
        @Nullable
        String nextCursor)
        implements Paged {}
