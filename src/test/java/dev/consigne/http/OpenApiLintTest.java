package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpenApiLintTest {
    private static final String LISTING = "/paths/~1api~1v1~1buckets~1{bucket}~1files/get";

    private static final String UPLOAD = "/paths/~1api~1v1~1buckets~1{bucket}~1files/post";

    /** For each rule one change that breaks it. */
    private static final Map<OpenApiLint, Consumer<JsonNode>> BREAKS = new EnumMap<>(OpenApiLint.class);

    static {
        BREAKS.put(OpenApiLint.OPERATION_IDS, put(LISTING, "operationId", "listBuckets"));
        BREAKS.put(OpenApiLint.SUMMARIES_AND_TAGS, put(LISTING, "summary", " "));
        BREAKS.put(OpenApiLint.DESCRIBED_RESPONSES, put(LISTING + "/responses/200", "description", ""));
        BREAKS.put(OpenApiLint.ERRORS_ARE_PROBLEMS, put(LISTING + "/responses/404", "description", "`no-such-code`"));
        BREAKS.put(OpenApiLint.ERRORS_OF_ALL, remove(LISTING + "/responses", "503"));
        BREAKS.put(OpenApiLint.BODIES_HAVE_EXAMPLES, remove("/components/schemas/FilePage", "examples"));
        BREAKS.put(OpenApiLint.CREATIONS_TAKE_KEYS, remove(UPLOAD, "parameters"));
        BREAKS.put(OpenApiLint.PARAMETERS_ARE_COMPLETE, remove("/components/parameters/If-Match/schema", "maxLength"));
        BREAKS.put(OpenApiLint.HEADERS_ARE_DESCRIBED, remove("/components/headers/ETag", "example"));
        BREAKS.put(OpenApiLint.EXPECTED_HEADERS, remove(LISTING + "/responses/503/headers", "Retry-After"));
        BREAKS.put(
                OpenApiLint.PROPERTIES_ARE_COMPLETE,
                remove("/components/schemas/FileRecord/properties/length", "format"));
        BREAKS.put(OpenApiLint.EXAMPLES_FIT, put("/components/schemas/FileRecord/examples/0", "length", "many"));
        BREAKS.put(OpenApiLint.NO_UNUSED_COMPONENTS, put("/components/schemas", "Nobody", "asks"));
        BREAKS.put(OpenApiLint.NO_DANGLING_REFERENCES, remove("/components/schemas", "Problem"));
    }

    @ParameterizedTest
    @EnumSource
    void theContractKeepsTheRule(OpenApiLint rule) throws IOException {
        assertThat(rule.findings(OpenApiText.current())).as(rule.reason).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theRuleFindsWhatBreaksIt(OpenApiLint rule) throws IOException {
        // Given
        OpenApiText contract = OpenApiText.current();

        // When
        BREAKS.get(rule).accept(contract.root());

        // Then
        assertThat(rule.findings(contract)).isNotEmpty();
    }

    private static Consumer<JsonNode> put(String pointer, String member, String value) {
        return root -> ((ObjectNode) root.at(pointer)).put(member, value);
    }

    private static Consumer<JsonNode> remove(String pointer, String member) {
        return root ->
                assertThat(((ObjectNode) root.at(pointer)).remove(member)).isNotNull();
    }
}
