package dev.consigne.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * Makes the example of each schema in the OpenAPI document out of the examples of its parts. What is a reference is made
 * only that: a type repeated beside it would take away what the other schema allows.
 */
final class SchemaExamples {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String UUID_EXAMPLE = "018f6d3a-7c1e-7a52-9d0b-3f6f5b1c2d4e";

    private final Map<String, Schema> schemas;

    SchemaExamples(Map<String, Schema> schemas) {
        this.schemas = schemas;
    }

    void complete() {
        schemas.values().forEach(this::complete);
    }

    private Optional<Object> complete(Schema schema) {
        if (own(schema).isEmpty()) {
            derived(schema).ifPresent(schema::addExample);
        }
        return own(schema);
    }

    private Optional<Object> derived(Schema schema) {
        if ("uuid".equals(schema.getFormat())) {
            return Optional.of(UUID_EXAMPLE);
        }
        if (schema.getProperties() == null) {
            return Optional.empty();
        }
        Map<String, Object> members = new LinkedHashMap<>();
        schema.getProperties().forEach((name, property) -> of(property).ifPresent(value -> members.put(name, value)));
        return Optional.of(members);
    }

    private Optional<Object> of(Schema property) {
        onlyReference(property);
        if (own(property).isPresent()) {
            return own(property);
        }
        if (property.getRef() != null) {
            return Optional.ofNullable(schemas.get(property.getRef().substring(SCHEMAS.length())))
                    .flatMap(this::complete);
        }
        return property.getItems() == null
                ? Optional.empty()
                : of(property.getItems()).map(List::of);
    }

    private static void onlyReference(Schema schema) {
        if (schema.getRef() != null) {
            schema.setType(null);
        }
        if (schema.getAdditionalPropertiesSchema() != null) {
            onlyReference(schema.getAdditionalPropertiesSchema());
        }
    }

    private static Optional<Object> own(Schema schema) {
        return Optional.ofNullable(schema.getExamples()).stream()
                .flatMap(List::stream)
                .findFirst();
    }
}
