package dev.consigne.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which methods a path takes, for {@code Allow} (RFC 9110, section 10.2.1): routing knows it of whole classes only. A test
 * holds this table against the contract.
 */
final class AllowedMethods {
    private static final Map<Pattern, String> BY_PATH = new LinkedHashMap<>();

    static {
        allow("/buckets", "GET, HEAD, OPTIONS");
        allow("/buckets/{bucket}", "GET, HEAD, PUT, DELETE, OPTIONS");
        allow("/buckets/{bucket}/files", "GET, HEAD, POST, OPTIONS");
        allow("/buckets/{bucket}/deleted", "GET, HEAD, OPTIONS");
        allow("/buckets/{bucket}/files:bulk", "POST, OPTIONS");
        allow("/buckets/{bucket}/files:compose", "POST, OPTIONS");
        allow("/bulk/{id}", "GET, HEAD, DELETE, OPTIONS");
        allow("/buckets/{bucket}/content/{name}", "GET, HEAD, PUT, DELETE, OPTIONS");
        allow("/files/{id}/content", "GET, HEAD, PUT, OPTIONS");
        allow("/files/{id}:copy", "POST, OPTIONS");
        allow("/files/{id}:move", "POST, OPTIONS");
        allow("/files/{id}:restore", "POST, OPTIONS");
        allow("/files/{id}/versions", "GET, HEAD, OPTIONS");
        allow("/files/{id}/versions/{generation}/content", "GET, HEAD, OPTIONS");
        allow("/files/{id}/versions/{generation}:restore", "POST, OPTIONS");
        allow("/files/{id}/versions/{generation}", "GET, HEAD, DELETE, OPTIONS");
        allow("/files/{id}", "GET, HEAD, PATCH, DELETE, OPTIONS"); // after those it would match too
    }

    private AllowedMethods() {}

    /**
     * The value of {@code Allow}; empty if there is nothing at the path.
     *
     * @param path decoded
     */
    static Optional<String> at(String path) {
        return BY_PATH.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(path).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static void allow(String template, String methods) {
        String pattern = Pattern.quote(Api.ROOT + template)
                .replace("{name}", "\\E.+\\Q")
                .replaceAll("\\{\\w+}", "\\\\E[^/]+\\\\Q");
        BY_PATH.put(Pattern.compile(pattern), methods);
    }
}
