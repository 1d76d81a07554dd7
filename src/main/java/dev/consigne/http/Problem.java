package dev.consigne.http;

import dev.consigne.error.ProblemBody;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** {@link ProblemBody} as the contract shows it; those that are written are written by that. */
@Schema(
        description =
                "What went wrong (RFC 9457). What is not required is there where the code has it to tell; there may be"
                        + " more.",
        additionalProperties = Schema.True.class,
        examples = Problem.EXAMPLE)
record Problem(
        @Schema(
                required = true,
                examples = "https://consigne.dev/problems/file-not-found",
                description = "A URI that ends with the code")
        String type,

        @Schema(required = true, examples = "There is no such file", description = "The same for every occurrence")
        String title,

        @Schema(required = true, examples = "404", description = "The HTTP status")
        int status,

        @Schema(required = true, examples = "file-not-found", description = "Stable; decide by this")
        String code,

        @Schema(
                required = true,
                examples = "There is no such file, or it has been deleted.",
                description = "What happened here, and what to do")
        String detail,

        @Schema(
                required = true,
                examples = "7f3f0a52-6f0c-4a49-8f0e-2f1f5f5d0f35",
                description = "Names this request in the service's logs")
        String requestId,

        @Schema(examples = "/tags/status", description = "What of the JSON body it is about (RFC 6901)") @Nullable
        String pointer,

        @Schema(examples = "0", description = "The part of the composition it is about, from 0") @Nullable
        Integer part,

        @Schema(examples = "1", description = "Where the JSON of the body cannot be read") @Nullable
        Integer line,

        @Schema(examples = "17", description = "Where in that line") @Nullable
        Integer column,

        @Schema(examples = "If-Match", description = "The header it is about") @Nullable
        String header,

        @Schema(examples = "limit", description = "The parameter it is about") @Nullable
        String parameter,

        @Schema(
                examples = "metadata.author",
                description = "The field that the filter asks about, or the digest field that is not as it should be")
        @Nullable
        String field,

        @Schema(examples = "[\"title\"]", description = "The metadata that the bucket's files can be found by")
        @Nullable
        List<String> searchable,

        @Schema(examples = "12", description = "Where the filter cannot be read, in characters from 0") @Nullable
        Integer position,

        @Schema(examples = "a value", description = "What could stand there") @Nullable
        String expected,

        @Schema(examples = "sha-256", description = "The digest that is not that of the body") @Nullable
        String algorithm,

        @Schema(examples = "[\"md5\"]", description = "The digests that were sent, none of them known") @Nullable
        List<String> algorithms,

        @Schema(examples = "1048576", description = "The most that is taken") @Nullable
        Long limit,

        @Schema(examples = "900000", description = "Bytes of the bucket's files") @Nullable
        Long used,

        @Schema(examples = "100000", description = "Bytes that uploads hold which run") @Nullable
        Long reserved,

        @Schema(examples = "\"1.1\"", description = "The state there is, as its entity tag; empty if there is nothing")
        @Nullable
        String entityTag,

        @Schema(examples = "48213", description = "Bytes of the content") @Nullable
        Long length,

        @Schema(examples = "bytes */48213", description = "The same, as in Content-Range") @Nullable
        String contentRange) {
    static final String EXAMPLE = """
            {"type":"https://consigne.dev/problems/file-not-found","title":"There is no such file","status":404,\
            "code":"file-not-found","detail":"There is no such file, or it has been deleted.",\
            "requestId":"7f3f0a52-6f0c-4a49-8f0e-2f1f5f5d0f35"}""";
}
