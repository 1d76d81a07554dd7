package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Whether an example is what its schema says, as far as types, members and choices go. */
record ExampleCheck(OpenApiText contract, List<String> found) {
    void check(String where, JsonNode example, JsonNode declared) {
        JsonNode schema = contract.resolve(declared);
        if (!isOfType(example, schema.path("type"))) {
            found.add(where + " is " + example + ", and should be a " + schema.path("type"));
            return;
        }
        if (schema.has("enum") && !contains(schema.path("enum"), example)) {
            found.add(where + " is " + example + ", which is none of " + schema.path("enum"));
        }
        schema.path("required").forEach(name -> {
            if (!example.has(name.asText())) {
                found.add(where + " lacks " + name.asText());
            }
        });
        if (example.isObject()) {
            example.fields().forEachRemaining(member -> {
                JsonNode property = schema.path("properties").path(member.getKey());
                if (!property.isMissingNode()) {
                    check(where + "." + member.getKey(), member.getValue(), property);
                } else if (schema.path("additionalProperties").isObject()) {
                    check(where + "." + member.getKey(), member.getValue(), schema.path("additionalProperties"));
                } else if (schema.has("properties")) {
                    found.add(where + " has a member that is not declared: " + member.getKey());
                }
            });
        }
        if (example.isArray()) {
            example.forEach(item -> check(where + "[]", item, schema.path("items")));
        }
    }

    private static boolean isOfType(JsonNode example, JsonNode type) {
        if (type.isMissingNode()) {
            return true;
        }
        if (type.isArray()) {
            for (JsonNode one : type) {
                if (isOfType(example, one)) {
                    return true;
                }
            }
            return false;
        }
        return switch (type.asText()) {
            case "string" -> example.isTextual();
            case "integer" -> example.isIntegralNumber();
            case "number" -> example.isNumber();
            case "boolean" -> example.isBoolean();
            case "object" -> example.isObject();
            case "array" -> example.isArray();
            case "null" -> example.isNull();
            default -> false;
        };
    }

    private static boolean contains(JsonNode choices, JsonNode example) {
        for (JsonNode choice : choices) {
            if (choice.equals(example)) {
                return true;
            }
        }
        return false;
    }
}
