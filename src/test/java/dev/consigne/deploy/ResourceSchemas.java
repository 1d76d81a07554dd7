package dev.consigne.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an API server knows of the resources it is given: Kubernetes' own schemas and those of the custom resources, made
 * strict, so that a field they do not name is an error.
 */
final class ResourceSchemas {
    private static final Path FOLDER = Path.of("src/test/resources/kubernetes");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The metadata of a custom resource, which its definition leaves to Kubernetes. */
    private static final String METADATA = """
            {"type": "object", "required": ["name"], "properties": {
              "name": {"type": "string"}, "namespace": {"type": "string"},
              "labels": {"type": "object", "additionalProperties": {"type": "string"}},
              "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
              "finalizers": {"type": "array", "items": {"type": "string"}}}}""";

    /** Words of its own, which a validator of JSON does not know. What they say of types is said in JSON's words, too. */
    private static final List<String> OF_KUBERNETES = List.of(
            "x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string", "x-kubernetes-embedded-resource");

    private static final Map<String, JsonSchema> BY_KIND = new HashMap<>();

    static {
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".json")).toList()) {
                read(JSON.readTree(Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ResourceSchemas() {}

    /** @return what is wrong with it, in words; nothing if it would be taken */
    static List<String> violations(JsonNode resource) {
        JsonSchema schema = BY_KIND.get(kindOf(resource));
        if (schema == null) {
            return List.of("unknown kind: " + kindOf(resource));
        }
        return schema.validate(resource).stream()
                .map(ValidationMessage::getMessage)
                .sorted()
                .toList();
    }

    private static String kindOf(JsonNode resource) {
        return resource.path("apiVersion").asText() + " "
                + resource.path("kind").asText();
    }

    private static void read(JsonNode file) throws IOException {
        if (file.has("kinds")) {
            ObjectNode definitions = (ObjectNode) strict(file.get("$defs"));
            for (Map.Entry<String, JsonNode> kind : file.get("kinds").properties()) {
                ObjectNode root = JSON.createObjectNode();
                root.set("$ref", kind.getValue());
                root.set("$defs", definitions);
                BY_KIND.put(kind.getKey(), schema(root));
            }
        } else {
            ObjectNode root = file.get("schema").deepCopy();
            ((ObjectNode) root.get("properties")).set("metadata", JSON.readTree(METADATA));
            BY_KIND.put(kindOf(file), schema((ObjectNode) strict(root)));
        }
    }

    private static JsonSchema schema(ObjectNode root) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    }

    /** Every object that names its fields has no others, unless it says that it keeps them. */
    private static JsonNode strict(JsonNode schema) {
        schema.forEach(ResourceSchemas::strict);
        if (schema instanceof ObjectNode object) {
            boolean keeps = object.path("x-kubernetes-preserve-unknown-fields").asBoolean();
            boolean names = object.path("properties").isObject()
                    && "object".equals(object.path("type").asText());
            if (names && !keeps) {
                object.put("additionalProperties", false);
            }
            object.remove(OF_KUBERNETES);
        }
        return schema;
    }
}
