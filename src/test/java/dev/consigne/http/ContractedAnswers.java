package dev.consigne.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds answers against the contract: what comes must be said there, and what is said there must come. */
public final class ContractedAnswers {
    private static final String PROBLEM = "application/problem+json";
    private static final String CODES = "/application~1problem+json/examples";

    /** Of the message and not of the operation, or for browsers, which read no contract. */
    private static final Set<String> OF_ANY_ANSWER = Set.of(
            "connection",
            "content-length",
            "content-security-policy",
            "content-type",
            "cross-origin-resource-policy",
            "date",
            "referrer-policy",
            "transfer-encoding",
            "x-content-type-options");

    /** Comes only if it was asked for. */
    private static final Set<String> IF_WISHED = Set.of(Preference.APPLIED);

    private final OpenApiText contract;

    private ContractedAnswers(OpenApiText contract) {
        this.contract = contract;
    }

    /** Reads docs/openapi.yaml. */
    public static ContractedAnswers read() throws IOException {
        return new ContractedAnswers(OpenApiText.current());
    }

    /** The successes of all operations, and the refusals of those who have enough; each as {@code GET /path -> 200}. */
    Set<String> successesAndLimits() {
        return contract.responses().keySet().stream()
                .filter(name -> name.matches(".* -> ([23]\\d\\d|429)"))
                .collect(Collectors.toSet());
    }

    /**
     * In which the answer is not what the contract says of the operation; empty if in nothing.
     *
     * @param path as in the contract, with its variables
     */
    public List<String> breaches(String method, String path, RawResponse answer) {
        List<String> found = new ArrayList<>();
        JsonNode responses = contract.operations().get(method + " " + path).path("responses");
        JsonNode ofAny = contract.resolve(responses.path("default"));
        boolean named = responses.has(Integer.toString(answer.status()));
        JsonNode response = named ? contract.resolve(responses.path(Integer.toString(answer.status()))) : ofAny;
        if (!named && answer.status() < 400) {
            found.add("nothing is said of " + answer.status());
        }
        headers(response, answer, found);
        if (!method.equals("HEAD")) {
            body(response.path("content"), ofAny.path("content"), answer, found);
        }
        return found;
    }

    private static void headers(JsonNode response, RawResponse answer, List<String> found) {
        Set<String> said = names(response.path("headers"));
        Set<String> sent = answer.headers().stream()
                .map(header -> header.getKey().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        sent.removeAll(OF_ANY_ANSWER);
        if (answer.status() >= 400) {
            sent.remove("cache-control");
        }
        sent.stream().filter(header -> !said.contains(header)).forEach(header -> found.add("not said: " + header));
        if (answer.status() < 400) {
            said.removeAll(sent);
            IF_WISHED.forEach(header -> said.remove(header.toLowerCase(Locale.ROOT)));
            if (answer.header("Content-Type").startsWith(ByteRanges.MEDIA_TYPE)) {
                said.remove("content-range"); // each part has its own
            }
            said.forEach(header -> found.add("not sent: " + header));
        }
    }

    private void body(JsonNode content, JsonNode ofAny, RawResponse answer, List<String> found) {
        String type = answer.header("Content-Type").replaceFirst(";.*", "").strip();
        if (answer.body().length == 0) {
            return;
        }
        if (type.equals(PROBLEM)) {
            String code = answer.json().path("code").asText();
            if (!content.at(CODES).has(code) && !ofAny.at(CODES).has(code)) {
                found.add("not said: " + code);
            }
        }
        if (type.matches("application/(problem\\+)?json") && content.has(type)) {
            new ExampleCheck(contract, found)
                    .check("the body", answer.json(), content.path(type).path("schema"));
        } else if (!content.has(type) && !(content.has("application/octet-stream") && !type.startsWith("multipart/"))) {
            found.add("not said: a body of " + type);
        }
    }

    private static Set<String> names(JsonNode headers) {
        return headers.properties().stream()
                .map(Map.Entry::getKey)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
