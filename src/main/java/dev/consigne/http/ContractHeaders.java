package dev.consigne.http;

import dev.consigne.error.RequestIds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** Writes into the OpenAPI document which headers an answer carries. */
final class ContractHeaders {
    private static final Map<String, Header> HEADERS = new LinkedHashMap<>();

    static {
        define(
                "ETag",
                "Strong validator for If-Match and If-None-Match: of the bytes where bytes were sent, of the record otherwise",
                "\"1.1\"");
        define("Last-Modified", "When this state came about", "Thu, 10 Mar 2022 16:15:50 GMT");
        define(
                "Location",
                "Where it is: a file by its id, a bucket, a task",
                Api.ROOT + "/files/018f6d3a-7c1e-7a52-9d0b-3f6f5b1c2d4e");
        define(
                "Link",
                "Where the first and, but for the last page, the next one is (RFC 8288)",
                "</api/v1/buckets?limit=100>; rel=\"first\", </api/v1/buckets?limit=100&cursor=AbC>; rel=\"next\"");
        define("Cache-Control", "Keep it, and ask again before each use", "private, no-cache");
        define("Accept-Ranges", "Ranges of bytes can be asked for", "bytes");
        define(
                "Content-Range",
                "Which bytes these are, and of how many; of several ranges each part has it instead",
                "bytes 0-99/48213");
        define(
                "Content-Disposition",
                "What to save it as; `inline` only for media that no browser runs",
                "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf");
        define(
                "Repr-Digest",
                "SHA-256 of all bytes of the file, whatever part of them is sent (RFC 9530)",
                "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
        define(
                "Content-Digest",
                "SHA-256 of the bytes that are sent, where they are all (RFC 9530)",
                "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
        define(Preference.APPLIED, "The preference that was followed", Preference.MINIMAL);
        define("Allow", "With 405: the methods that the path takes", "GET, HEAD, PUT, DELETE, OPTIONS");
        define(
                "Retry-After",
                "Seconds to wait before the same request is sent again, 1 to 5: not the same for all, who would come back"
                        + " together",
                "2");
        define(RequestIds.HEADER, "Names this request in the service's logs", "7f3f0a52-6f0c-4a49-8f0e-2f1f5f5d0f35");
    }

    private ContractHeaders() {}

    static void addTo(OperationShape shape, Components components) {
        shape.operation().getResponses().getAPIResponses().forEach((status, response) -> {
            for (String name : headers(shape, status, response)) {
                if (response.getHeaders() == null || !response.getHeaders().containsKey(name)) {
                    components.addHeader(name, HEADERS.get(name));
                    response.addHeader(name, OASFactory.createHeader().ref("#/components/headers/" + name));
                }
            }
        });
    }

    private static List<String> headers(OperationShape shape, String status, APIResponse response) {
        List<String> names = new ArrayList<>();
        boolean success = status.startsWith("2");
        boolean stored = shape.takesKey();
        if (success && OperationShape.answersFile(response)) {
            names.addAll(stored ? List.of("Location", "ETag") : List.of("ETag", "Last-Modified", "Cache-Control"));
        }
        if (status.equals("304") || (success && shape.readsContent())) {
            names.addAll(List.of("ETag", "Last-Modified", "Cache-Control"));
        }
        if (shape.readsContent() && (success || status.equals("304"))) {
            names.add("Accept-Ranges");
        }
        if (success && shape.readsContent()) {
            names.addAll(List.of("Content-Disposition", "Repr-Digest"));
        }
        if (status.equals("200") && shape.readsContent()) {
            names.add("Content-Digest");
        }
        if (success && shape.takes(Preference.HEADER)) {
            names.add(Preference.APPLIED);
        }
        if (status.equals("204") && shape.answersFile()) {
            names.addAll(stored ? List.of("Location", "ETag") : List.of("ETag", "Last-Modified", "Cache-Control"));
        }
        if (status.equals("200") && shape.takes("cursor")) {
            names.add("Link");
        }
        if (status.equals("206") || status.equals("416")) {
            names.add("Content-Range");
        }
        if (success && shape.makesElse()) {
            names.add("Location");
        }
        if (status.equals(APIResponses.DEFAULT)) {
            names.add("Allow");
        }
        if (status.equals("429") || status.equals("503") || (status.equals("409") && shape.takesKey())) {
            names.add("Retry-After");
        }
        names.add(RequestIds.HEADER);
        return names;
    }

    private static void define(String name, String description, String example) {
        HEADERS.put(
                name,
                OASFactory.createHeader()
                        .description(description)
                        .schema(OASFactory.createSchema().addType(SchemaType.STRING))
                        .example(example));
    }
}
