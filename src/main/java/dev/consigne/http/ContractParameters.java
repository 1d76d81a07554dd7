package dev.consigne.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/**
 * Writes into the OpenAPI document what parameters of one name have in common everywhere, and the header parameters that
 * no method has as an argument because they are read from the request.
 */
final class ContractParameters {
    private static final int HEADER_CHARACTERS = 8192;
    private static final String ID_EXAMPLE = "018f6d3a-7c1e-7a52-9d0b-3f6f5b1c2d4e";

    private static final Map<String, Parameter> HEADERS = new LinkedHashMap<>();

    static {
        define("If-Match", "Go on only if the file is in one of these states (412 otherwise)", "\"1.1\"");
        define(
                "If-None-Match",
                "Go on only if the file is in none of these states: 304 for reads, 412 for changes; `*` means that there"
                        + " must be no file",
                "\"1.1\"");
        define(
                "If-Modified-Since",
                "304 if the file has not changed since; without effect beside If-None-Match",
                "Thu, 10 Mar 2022 16:15:50 GMT");
        define(
                "If-Unmodified-Since",
                "412 if the file has changed since; without effect beside If-Match",
                "Thu, 10 Mar 2022 16:15:50 GMT");
        define("If-Range", "The range is answered only if this is the content's ETag", "\"1.1\"");
        define("Want-Repr-Digest", "`sha-256=0` for an answer without Repr-Digest", "sha-256=0");
        define("Want-Content-Digest", "`sha-256=0` for an answer without Content-Digest", "sha-256=0");
        define(
                Preference.HEADER,
                "`return=minimal` for an answer without a body: 204, or 201 where something was created",
                Preference.MINIMAL);
        define(
                ClaimedDigestFields.CONTENT_DIGEST,
                ClaimedDigestFields.CONTENT_DESCRIPTION,
                ClaimedDigestFields.EXAMPLE);
        define(ClaimedDigestFields.REPR_DIGEST, ClaimedDigestFields.REPR_DESCRIPTION, ClaimedDigestFields.EXAMPLE);
        define(LabelHeaders.METADATA, LabelHeaders.METADATA_DESCRIPTION, LabelHeaders.METADATA_EXAMPLE);
        define(LabelHeaders.TAGS, LabelHeaders.TAGS_DESCRIPTION, LabelHeaders.TAGS_EXAMPLE);
    }

    private ContractParameters() {}

    static void addTo(OperationShape shape, Components components) {
        shape.parameters().stream().filter(taken -> taken.getRef() == null).forEach(taken -> complete(shape, taken));
        for (String name : headers(shape)) {
            if (!shape.takes(name)) {
                components.addParameter(name, HEADERS.get(name));
                shape.operation().addParameter(OASFactory.createParameter().ref("#/components/parameters/" + name));
            }
        }
    }

    private static List<String> headers(OperationShape shape) {
        List<String> names = new ArrayList<>();
        if (shape.conditional()) {
            names.addAll(List.of("If-Match", "If-None-Match"));
            if (!shape.changes()) {
                names.add("If-Modified-Since");
            }
            names.add("If-Unmodified-Since");
        }
        if (shape.takes("Range")) {
            names.add("If-Range");
        }
        if (shape.readsContent()) {
            names.addAll(List.of("Want-Repr-Digest", "Want-Content-Digest"));
        }
        if (shape.changes() && (shape.answersFile() || (shape.path().endsWith("{bucket}") && shape.takesJson()))) {
            names.add(Preference.HEADER);
        }
        if (shape.uploads()) {
            names.addAll(List.of(
                    ClaimedDigestFields.CONTENT_DIGEST,
                    ClaimedDigestFields.REPR_DIGEST,
                    LabelHeaders.METADATA,
                    LabelHeaders.TAGS));
        }
        return names;
    }

    /** No limits here: what was released without one and gets one looks narrower to those who compare contracts. */
    private static void complete(OperationShape shape, Parameter parameter) {
        switch (parameter.getName()) {
            case "bucket" ->
                describe(parameter, "The bucket's name: 3 to 63 characters of a-z, 0-9, `.` and `-`", "demo");
            case "id" -> describe(parameter, shape.aboutTask() ? "The task's id" : "The file's id", ID_EXAMPLE);
            case "limit" -> describe(parameter, PageRequest.LIMIT, PageRequest.DEFAULT_LIMIT);
            case "cursor" -> describe(parameter, PageRequest.CURSOR, PageRequest.CURSOR_EXAMPLE);
            case UploadRequest.IDEMPOTENCY_KEY ->
                parameter.getSchema().minLength(1).maxLength(255);
            default -> {
                // says all of itself where it is declared
            }
        }
    }

    private static void describe(Parameter parameter, String description, Object example) {
        if (parameter.getDescription() == null) {
            parameter.setDescription(description);
        }
        if (parameter.getExample() == null) {
            parameter.setExample(example);
        }
    }

    private static void define(String name, String description, String example) {
        HEADERS.put(
                name,
                OASFactory.createParameter()
                        .name(name)
                        .in(Parameter.In.HEADER)
                        .description(description)
                        .schema(OASFactory.createSchema()
                                .addType(SchemaType.STRING)
                                .maxLength(HEADER_CHARACTERS))
                        .example(example));
    }
}
