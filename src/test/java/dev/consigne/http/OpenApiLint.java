package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.error.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the contract must say so that people, generators and mock servers can work with it alone. */
enum OpenApiLint {
    OPERATION_IDS("generators name methods by it", (contract, found) -> {
        Set<String> ids = new HashSet<>();
        contract.operations().forEach((name, operation) -> {
            String id = operation.path("operationId").asText();
            if (!id.matches("[a-z][A-Za-z0-9]*") || !ids.add(id)) {
                found.add(name + " has no operationId of its own: '" + id + "'");
            }
        });
    }),

    SUMMARIES_AND_TAGS(
            "documentation shows the one, generators make a class of the other",
            (contract, found) -> contract.operations().forEach((name, operation) -> {
                if (operation.path("summary").asText().isBlank()) {
                    found.add(name + " has no summary");
                }
                Set<String> declared = new HashSet<>();
                contract.root().path("tags").forEach(tag -> {
                    if (!tag.path("description").asText().isBlank()) {
                        declared.add(tag.path("name").asText());
                    }
                });
                JsonNode tags = operation.path("tags");
                if (tags.size() != 1 || !declared.contains(tags.path(0).asText())) {
                    found.add(name + " needs exactly one tag, described at the top");
                }
            })),

    DESCRIBED_RESPONSES(
            "the document is not valid without",
            (contract, found) -> contract.responses().forEach((name, response) -> {
                if (response.path("description").asText().isBlank()) {
                    found.add(name + " has no description");
                }
            })),

    ERRORS_ARE_PROBLEMS(
            "a client decides by the code, and must find which there are",
            (contract, found) -> contract.responses().forEach((name, response) -> {
                String status = name.substring(name.lastIndexOf(' ') + 1);
                if (status.matches("[45]..|default")) {
                    JsonNode problem = response.path("content").path("application/problem+json");
                    if (!problem.path("schema").path("$ref").asText().endsWith("/Problem")
                            || response.path("content").size() != 1) {
                        found.add(name + " is not a problem and nothing else");
                    }
                    if (!status.equals("default")) {
                        requireExamplesOf(Integer.parseInt(status), name, response, found);
                    }
                }
            })),

    ERRORS_OF_ALL(
            "each operation can be refused, and can fail",
            (contract, found) -> contract.operations().forEach((name, operation) -> {
                for (String status : List.of("400", "500", "503", "default")) {
                    if (!operation.path("responses").has(status)) {
                        found.add(name + " says nothing of " + status);
                    }
                }
            })),

    BODIES_HAVE_EXAMPLES(
            "people copy from examples, and mock servers answer with them",
            (contract, found) -> contract.bodies().forEach((name, body) -> {
                JsonNode schema = contract.resolve(body.path("schema"));
                boolean opaque = schema.path("format").asText().equals("binary")
                        || name.endsWith("multipart/form-data")
                        || name.endsWith("multipart/byteranges");
                if (!opaque && !hasExample(contract, body) && !hasExample(contract, schema)) {
                    found.add(name + " has no example");
                }
            })),

    CREATIONS_TAKE_KEYS(
            "what is sent again after a lost answer must not be made twice; settings by PUT cannot be",
            (contract, found) -> contract.operations().forEach((name, operation) -> {
                boolean creates = operation.path("responses").has("201")
                        || operation.path("responses").has("202");
                boolean bytes = operation.path("requestBody").path("content").has("application/octet-stream");
                if ((bytes || (creates && name.startsWith("POST "))) && !takes(contract, name, "Idempotency-Key")) {
                    found.add(name + " takes no Idempotency-Key");
                }
            })),

    PARAMETERS_ARE_COMPLETE(
            "what is not limited here is limited by a refusal; a limit that a released parameter lacks cannot be added",
            (contract, found) -> contract.parameters().forEach((name, parameter) -> {
                if (parameter.path("description").asText().isBlank()) {
                    found.add(name + " has no description");
                }
                if (!hasExample(contract, parameter)) {
                    found.add(name + " has no example");
                }
                if (!isLimited(contract.resolve(parameter.path("schema")))
                        && !contract.released().contains(name)) {
                    found.add(name + " has a schema without a limit: a text needs a length, format, pattern or enum,"
                            + " a number its least and most");
                }
            })),

    HEADERS_ARE_DESCRIBED(
            "generators have no type for them: the words are all there is",
            (contract, found) -> contract.headers().forEach((name, header) -> {
                if (header.path("description").asText().isBlank()
                        || !hasExample(contract, header)
                        || header.path("schema").isMissingNode()) {
                    found.add(name + " needs description, schema and example");
                }
            })),

    EXPECTED_HEADERS("conditional and repeated requests are made of them", (contract, found) -> {
        contract.responses().forEach((name, response) -> {
            String status = name.substring(name.lastIndexOf(' ') + 1);
            for (String header : expectedHeaders(status, response)) {
                if (!response.path("headers").has(header)) {
                    found.add(name + " does not document " + header);
                }
            }
        });
    }),

    PROPERTIES_ARE_COMPLETE(
            "the examples of bodies are made of them",
            (contract, found) -> contract.schemas().forEach((name, schema) -> {
                schema.path("properties").fields().forEachRemaining(property -> {
                    JsonNode resolved = contract.resolve(property.getValue());
                    boolean list = property.getValue().has("items");
                    if (!list && !hasExample(contract, property.getValue()) && !hasExample(contract, resolved)) {
                        found.add(name + "." + property.getKey() + " has no example");
                    }
                    if (resolved.path("type").asText().equals("integer") && !resolved.has("format")) {
                        found.add(name + "." + property.getKey() + " does not say how large it can be: int32 or int64");
                    }
                });
                if (schema.has("properties")
                        && schema.path("description").asText().isBlank()) {
                    found.add(name + " has no description");
                }
            })),

    EXAMPLES_FIT(
            "an example that is refused is worse than none",
            (contract, found) -> contract.schemas()
                    .forEach((name, schema) -> schema.path("examples")
                            .forEach(example -> new ExampleCheck(contract, found).check(name, example, schema)))),

    NO_UNUSED_COMPONENTS("generators make a class of each", (contract, found) -> {
        Set<String> used = new HashSet<>();
        contract.root().findValues("$ref").forEach(ref -> used.add(ref.asText()));
        contract.root()
                .path("components")
                .fields()
                .forEachRemaining(kind -> kind.getValue().fieldNames().forEachRemaining(name -> {
                    if (!used.contains("#/components/" + kind.getKey() + "/" + name)) {
                        found.add("nothing uses components/" + kind.getKey() + "/" + name);
                    }
                }));
    }),

    NO_DANGLING_REFERENCES(
            "generators stop at one",
            (contract, found) -> contract.root().findValues("$ref").forEach(ref -> {
                if (contract.at(ref.asText()).isMissingNode()) {
                    found.add(ref.asText() + " leads nowhere");
                }
            }));

    private static final Pattern CODE = Pattern.compile("`([a-z0-9-]+)`");

    final String reason;
    private final BiConsumer<OpenApiText, List<String>> rule;

    OpenApiLint(String reason, BiConsumer<OpenApiText, List<String>> rule) {
        this.reason = reason;
        this.rule = rule;
    }

    /** What breaks the rule. */
    List<String> findings(OpenApiText contract) {
        List<String> found = new ArrayList<>();
        rule.accept(contract, found);
        return found;
    }

    /** Each code the description names has its example, and belongs to this status. */
    private static void requireExamplesOf(int status, String name, JsonNode response, List<String> found) {
        JsonNode examples =
                response.path("content").path("application/problem+json").path("examples");
        Set<String> codes = new HashSet<>();
        Matcher matcher = CODE.matcher(response.path("description").asText());
        while (matcher.find()) {
            Arrays.stream(ErrorCode.values())
                    .filter(code -> code.code().equals(matcher.group(1)) && code.status() == status)
                    .forEach(code -> codes.add(code.code()));
        }
        Set<String> shown = new HashSet<>();
        examples.fieldNames().forEachRemaining(shown::add);
        if (codes.isEmpty() || !codes.equals(shown)) {
            found.add(name + " names the codes " + codes + " and has examples of " + shown);
        }
    }

    private static List<String> expectedHeaders(String status, JsonNode response) {
        boolean file = response.path("content")
                .path("application/json")
                .path("schema")
                .path("$ref")
                .asText()
                .endsWith("/FileRecord");
        boolean bytes = response.path("content").has("application/octet-stream");
        List<String> expected = new ArrayList<>(List.of("X-Request-Id"));
        Map<String, List<String>> ofStatus = Map.of(
                "206", List.of("Content-Range"),
                "304", List.of("ETag"),
                "416", List.of("Content-Range"),
                "429", List.of("Retry-After"),
                "503", List.of("Retry-After"));
        expected.addAll(ofStatus.getOrDefault(status, List.of()));
        if (file || bytes) {
            expected.add("ETag");
        }
        if (file && status.equals("201")) {
            expected.add("Location");
        }
        if (bytes) {
            expected.addAll(List.of("Accept-Ranges", "Last-Modified", "Content-Disposition"));
        }
        return expected;
    }

    private static boolean takes(OpenApiText contract, String operation, String parameter) {
        return contract.parameters().containsKey(operation + " takes " + parameter);
    }

    private static boolean hasExample(OpenApiText contract, JsonNode node) {
        return node.has("example")
                || node.path("examples").isArray() && !node.path("examples").isEmpty()
                || node.path("examples").isObject()
                        && !contract.resolve(node.path("examples").elements().next())
                                .path("value")
                                .isMissingNode();
    }

    private static boolean isLimited(JsonNode schema) {
        return switch (schema.path("type").asText()) {
            case "string" ->
                schema.has("maxLength") || schema.has("format") || schema.has("pattern") || schema.has("enum");
            case "integer", "number" -> schema.has("minimum") && schema.has("maximum") && schema.has("format");
            case "array" -> schema.has("maxItems");
            default -> schema.path("type").asText().equals("boolean");
        };
    }
}
