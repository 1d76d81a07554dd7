package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The contract as a tree, with its parts by names a person finds them under.
 *
 * @param released the parameters that the last release had
 */
record OpenApiText(JsonNode root, Set<String> released) {
    private static final Path CURRENT = Path.of("docs/openapi.yaml");
    private static final Path RELEASED = Path.of("docs/openapi-released.yaml");
    private static final YAMLMapper YAML = new YAMLMapper();

    static OpenApiText current() throws IOException {
        OpenApiText before = new OpenApiText(YAML.readTree(Files.readString(RELEASED)), Set.of());
        return new OpenApiText(
                YAML.readTree(Files.readString(CURRENT)), before.parameters().keySet());
    }

    /** By method and path. */
    Map<String, JsonNode> operations() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        root.path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue()
                        .fields()
                        .forEachRemaining(operation -> all.put(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue())));
        return all;
    }

    /** By operation and status. */
    Map<String, JsonNode> responses() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        operations()
                .forEach((name, operation) -> operation
                        .path("responses")
                        .fields()
                        .forEachRemaining(
                                response -> all.put(name + " -> " + response.getKey(), resolve(response.getValue()))));
        return all;
    }

    /** Bodies of requests and successes, by operation and media type. */
    Map<String, JsonNode> bodies() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        operations()
                .forEach((name, operation) -> operation
                        .path("requestBody")
                        .path("content")
                        .fields()
                        .forEachRemaining(body -> all.put(name + " <- " + body.getKey(), body.getValue())));
        responses()
                .forEach((name, response) -> response.path("content")
                        .fields()
                        .forEachRemaining(body -> all.put(name + " " + body.getKey(), body.getValue())));
        return all;
    }

    Map<String, JsonNode> parameters() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        operations()
                .forEach((name, operation) -> operation.path("parameters").forEach(parameter -> {
                    JsonNode resolved = resolve(parameter);
                    all.put(name + " takes " + resolved.path("name").asText(), resolved);
                }));
        return all;
    }

    Map<String, JsonNode> headers() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        responses()
                .forEach((name, response) -> response.path("headers")
                        .fields()
                        .forEachRemaining(
                                header -> all.put(name + " with " + header.getKey(), resolve(header.getValue()))));
        return all;
    }

    Map<String, JsonNode> schemas() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        root.path("components")
                .path("schemas")
                .fields()
                .forEachRemaining(schema -> all.put(schema.getKey(), schema.getValue()));
        return all;
    }

    /** What a reference leads to, or the node itself. */
    JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? resolve(at(node.path("$ref").asText())) : node;
    }

    JsonNode at(String reference) {
        return reference.startsWith("#/") ? root.at(reference.substring(1)) : MissingNode.getInstance();
    }
}
