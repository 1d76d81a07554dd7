package dev.consigne.deploy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Reads manifests the way an API server in strict mode does: a kind or a field it does not know is an error.
 *
 * <p>The model classes alone are lenient. They keep an unknown field in their {@code additionalProperties}, which is
 * where this class looks for it. They do not know which fields are required.
 */
final class StrictManifests {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private StrictManifests() {}

    static List<HasMetadata> read(String yaml) {
        return Arrays.stream(yaml.split("(?m)^---\\s*$"))
                .filter(StrictManifests::saysSomething)
                .map(StrictManifests::readOne)
                .toList();
    }

    private static boolean saysSomething(String document) {
        return document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"));
    }

    private static HasMetadata readOne(String document) {
        Object resource = SERIALIZATION.unmarshal(document);
        if (resource instanceof GenericKubernetesResource unknown) {
            throw new IllegalArgumentException("unknown kind: " + unknown.getApiVersion() + " " + unknown.getKind());
        }
        List<String> unknown = new ArrayList<>();
        collectUnknownFields(resource, resource.getClass().getSimpleName(), unknown);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown fields: " + unknown);
        }
        return (HasMetadata) resource;
    }

    private static void collectUnknownFields(Object value, String path, List<String> unknown) {
        if (value instanceof Collection<?> elements) {
            elements.forEach(element -> collectUnknownFields(element, path + "[]", unknown));
        } else if (value instanceof Map<?, ?> entries) {
            entries.forEach((key, element) -> collectUnknownFields(element, path + "." + key, unknown));
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.") && !(value instanceof Enum)) {
            collectUnknownFieldsOfModel(value, path, unknown);
        }
    }

    private static void collectUnknownFieldsOfModel(Object model, String path, List<String> unknown) {
        for (Class<?> type = model.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                Object value = valueOf(field, model);
                if (!field.getName().equals("additionalProperties")) {
                    collectUnknownFields(value, path + "." + field.getName(), unknown);
                } else if (value instanceof Map<?, ?> extra) {
                    extra.keySet().forEach(key -> unknown.add(path + "." + key));
                }
            }
        }
    }

    private static Object valueOf(Field field, Object model) {
        try {
            field.setAccessible(true);
            return field.get(model);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot look into " + field, e);
        }
    }
}
