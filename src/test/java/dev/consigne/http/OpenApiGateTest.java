package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openapitools.openapidiff.core.OpenApiCompare;

/**
 * The gate that the build has at its end, with what it must let pass and what not. Here both sides are compared as OpenAPI
 * 3.0: the tool does not see that a type of 3.1 has changed.
 */
class OpenApiGateTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String BUCKET = "/paths/~1api~1v1~1buckets~1{bucket}";

    @Test
    void whatWasReleasedStillHolds() throws IOException {
        assertThat(breaks(read("openapi-released.yaml"), read("openapi.yaml"))).isFalse();
    }

    @ParameterizedTest
    @MethodSource
    void whatWouldBreakAClientIsRefused(Consumer<JsonNode> change) throws IOException {
        // Given
        JsonNode contract = read("openapi.yaml");

        // When
        change.accept(contract);

        // Then
        assertThat(breaks(read("openapi.yaml"), contract)).isTrue();
    }

    static Stream<Named<Consumer<JsonNode>>> whatWouldBreakAClientIsRefused() {
        return Stream.of(
                breaking("an operation is gone", root -> at(root, BUCKET).remove("delete")),
                breaking(
                        "an answer lacks a field",
                        root -> at(root, "/components/schemas/FileRecord/properties")
                                .remove("sha256")),
                breaking(
                        "a field has another type",
                        root -> at(root, "/components/schemas/FileRecord/properties/length")
                                .put("type", "string")),
                breaking(
                        "a field of a request is required",
                        root -> at(root, "/components/schemas/BucketSettings")
                                .putArray("required")
                                .add("maxBytes")),
                breaking(
                        "a parameter is required",
                        root -> ((ArrayNode) at(root, BUCKET + "/get").get("parameters"))
                                .addObject()
                                .put("name", "fields")
                                .put("in", "query")
                                .put("required", true)
                                .putObject("schema")
                                .put("type", "string")),
                breaking(
                        "a status is gone",
                        root -> at(root, BUCKET + "/put/responses").remove("201")));
    }

    private static boolean breaks(JsonNode before, JsonNode after) throws IOException {
        return OpenApiCompare.fromContents(
                        YAML.writeValueAsString(OpenApi30.of(before)), YAML.writeValueAsString(OpenApi30.of(after)))
                .isIncompatible();
    }

    private static Named<Consumer<JsonNode>> breaking(String what, Consumer<JsonNode> change) {
        return Named.of(what, change);
    }

    private static ObjectNode at(JsonNode root, String pointer) {
        return (ObjectNode) root.at(pointer);
    }

    private static JsonNode read(String file) throws IOException {
        return YAML.readTree(Files.readString(Path.of("docs", file)));
    }
}
