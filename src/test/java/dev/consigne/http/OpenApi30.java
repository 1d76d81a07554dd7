package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Says an OpenAPI 3.1 document in OpenAPI 3.0.3, for generators that know no other. What 3.0 has no words for is refused
 * and not left out: an older client must not believe something else.
 */
final class OpenApi30 {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final Set<String> UNKNOWN_TO_30 = Set.of(
            "prefixItems",
            "patternProperties",
            "propertyNames",
            "unevaluatedProperties",
            "unevaluatedItems",
            "dependentSchemas",
            "dependentRequired",
            "contains",
            "if",
            "then",
            "else",
            "contentEncoding");

    private final ObjectNode root;
    private final List<String> inlined = new ArrayList<>();

    private OpenApi30(ObjectNode root) {
        this.root = root;
    }

    /** @throws IllegalArgumentException if it says something that 3.0 cannot */
    static ObjectNode of(JsonNode document) {
        OpenApi30 conversion = new OpenApi30(document.deepCopy());
        conversion.convert();
        return conversion.root;
    }

    private void convert() {
        root.put("openapi", "3.0.3");
        ObjectNode schemas = (ObjectNode) root.at("/components/schemas");
        schemas.forEach(schema -> schema((ObjectNode) schema));
        walk(root.path("paths"));
        walk(root.at("/components/parameters"));
        walk(root.at("/components/headers"));
        walk(root.at("/components/responses"));
        walk(root.at("/components/requestBodies"));
        schemas.remove(inlined);
    }

    /** Finds the schemas; examples may look like anything and are left as they are. */
    private void walk(JsonNode node) {
        if (node.path("schema") instanceof ObjectNode schema) {
            schema(schema);
        }
        node.fields().forEachRemaining(member -> {
            if (!Set.of("schema", "example", "examples").contains(member.getKey())) {
                walk(member.getValue());
            }
        });
        if (node.isArray()) {
            node.forEach(this::walk);
        }
    }

    private void schema(ObjectNode schema) {
        schema.fieldNames().forEachRemaining(keyword -> {
            if (UNKNOWN_TO_30.contains(keyword)) {
                throw new IllegalArgumentException("OpenAPI 3.0 has no " + keyword + ": " + schema);
            }
        });
        reference(schema);
        types(schema);
        if (schema.remove("examples") instanceof ArrayNode examples && !examples.isEmpty()) {
            schema.set("example", examples.get(0));
        }
        if (schema.has("const")) {
            schema.putArray("enum").add(schema.remove("const"));
        }
        if (schema.remove("contentMediaType") != null) {
            schema.put("format", "binary");
        }
        exclusive(schema, "Minimum", "minimum");
        exclusive(schema, "Maximum", "maximum");
        parts(schema);
    }

    private void parts(ObjectNode schema) {
        schema.path("properties").forEach(property -> schema((ObjectNode) property));
        for (String one : List.of("items", "additionalProperties", "not")) {
            if (schema.path(one) instanceof ObjectNode part) {
                schema(part);
            }
        }
        for (String many : List.of("allOf", "anyOf", "oneOf")) {
            schema.path(many).forEach(part -> schema((ObjectNode) part));
        }
    }

    /** Beside a reference 3.0 reads nothing. What stands there is kept by taking over what the reference leads to. */
    private void reference(ObjectNode schema) {
        if (!schema.has("$ref")) {
            return;
        }
        String name = schema.path("$ref").asText().substring(SCHEMAS.length());
        ObjectNode target = (ObjectNode) root.at("/components/schemas").path(name);
        if (!target.has("properties")) {
            schema.remove("$ref");
            target.deepCopy().fields().forEachRemaining(member -> {
                if (!schema.has(member.getKey())) {
                    schema.set(member.getKey(), member.getValue());
                }
            });
            inlined.add(name);
        } else if (schema.size() > 1) {
            schema.remove("type");
            JsonNode reference = schema.remove("$ref");
            schema.putArray("allOf").addObject().set("$ref", reference);
        }
    }

    private static void types(ObjectNode schema) {
        if (!(schema.path("type") instanceof ArrayNode types)) {
            return;
        }
        List<String> names = new ArrayList<>();
        types.forEach(type -> names.add(type.asText()));
        boolean nullable = names.remove("null");
        if (names.size() != 1) {
            throw new IllegalArgumentException("OpenAPI 3.0 has one type only: " + schema);
        }
        schema.put("type", names.get(0));
        if (nullable) {
            schema.put("nullable", true);
        }
    }

    private static void exclusive(ObjectNode schema, String suffix, String inclusive) {
        if (schema.path("exclusive" + suffix).isNumber()) {
            schema.set(inclusive, schema.path("exclusive" + suffix));
            schema.put("exclusive" + suffix, true);
        }
    }
}
