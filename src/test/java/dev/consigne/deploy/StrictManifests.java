package dev.consigne.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Reads manifests the way an API server in strict mode does: a kind or a field it does not know, a field that is missing
 * or of another type, and a key that is there twice are errors.
 *
 * <p>Each is held against {@link ResourceSchemas} and then read into the model classes of a Java client, which know what
 * the newest Kubernetes knows. They are lenient: an unknown field is kept in their {@code additionalProperties}, which is
 * where this class looks for it.
 */
final class StrictManifests {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final ObjectMapper JSON = new ObjectMapper();

    private StrictManifests() {}

    static List<HasMetadata> read(String yaml) {
        return documents(yaml).stream().map(StrictManifests::readOne).toList();
    }

    /** The documents of a file, without those that hold comments alone. */
    static List<String> documents(String yaml) {
        return Arrays.stream(yaml.split("(?m)^---\\s*$"))
                .filter(StrictManifests::saysSomething)
                .toList();
    }

    /** The document as plain values; a key that is there twice is refused. */
    static JsonNode plain(String document) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        Object value = new Yaml(new SafeConstructor(strict)).load(document);
        return JSON.valueToTree(value);
    }

    private static boolean saysSomething(String document) {
        return document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"));
    }

    private static HasMetadata readOne(String document) {
        List<String> violations = ResourceSchemas.violations(plain(document));
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
        HasMetadata resource = SERIALIZATION.unmarshal(document);
        if (!(resource instanceof GenericKubernetesResource)) {
            refuseUnknownFields(resource);
        }
        return resource;
    }

    private static void refuseUnknownFields(HasMetadata resource) {
        List<String> unknown = new ArrayList<>();
        collectUnknownFields(resource, resource.getClass().getSimpleName(), unknown);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown fields: " + unknown);
        }
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
