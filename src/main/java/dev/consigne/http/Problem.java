package dev.consigne.http;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.consigne.error.ProblemBody;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * {@link ProblemBody} as the contract shows it.
 *
 * @param type a URI that ends with the code
 * @param extensions further members, such as {@code limit} or {@code field}
 */
@Schema(description = "What went wrong (RFC 9457). Further members such as `limit` or `field` may be present.")
@JsonPropertyOrder({"type", "title", "status", "code", "detail", "requestId"})
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

        @JsonAnyGetter @Schema(hidden = true) Map<String, Object> extensions) {}
