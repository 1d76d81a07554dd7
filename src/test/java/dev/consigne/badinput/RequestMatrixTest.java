package dev.consigne.badinput;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.consigne.http.ContractedAnswers;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation of the contract, whichever there are, with everything about it wrong in turn: the answer comes soon, is
 * one that the contract knows or a refusal, and never says that the service failed.
 */
@QuarkusTest
class RequestMatrixTest {
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
    private static final Duration SOON = Duration.ofSeconds(15);

    private static final List<String> SEGMENTS = List.of(
            "x",
            "%20",
            "%00",
            "%0D%0A",
            "%2F",
            "a%2Fb",
            "..%2F..",
            ";a=b",
            "a;b",
            "%3B",
            ":",
            "%3Acopy",
            "a:b:c",
            "*",
            "'",
            "%27%20OR%201=1",
            "$where",
            "{}",
            "%7B%7D",
            "%ff",
            "%c0%ae",
            "%E2%80%AE",
            "%F0%9F%98%80",
            "-1",
            "0",
            "9223372036854775808",
            "null",
            "A".repeat(400),
            "01A2046F-0F0B-7DEB-98DE-1342D0E6F0FF",
            "00000000-0000-0000-0000-000000000000");

    private static final List<String> VALUES = List.of(
            "",
            "x",
            "-1",
            "0",
            "1e9",
            "9223372036854775808",
            "%00",
            "%ff",
            "%E2%80%AE",
            "'",
            "%25",
            "a&",
            "[]",
            "null",
            "a".repeat(4000));

    private static final List<String> BODIES = List.of(
            "",
            "x",
            "{",
            "[]",
            "null",
            "{}",
            "1e400",
            "\"\\ud800\"",
            "{\"nobody\":\"knows\"}",
            "{\"\":{\"\":[]}}",
            "\u0000\u0001\u00ff",
            "[".repeat(20_000),
            "{\"a\":".repeat(5_000),
            "{\"a\":\"" + "x".repeat(70_000) + "\"}");

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/merge-patch+json",
            "application/octet-stream",
            "application/xml",
            "text/plain;charset=utf-16",
            "multipart/form-data",
            "multipart/form-data; boundary=b",
            "application/x-www-form-urlencoded",
            "x");

    private static final List<String> HEADERS = List.of(
            "Accept: text/plain",
            "Accept: x",
            "Accept: application/xml;q=0.1",
            "Accept-Encoding: gzip;q=x",
            "Accept-Language: \u00ff",
            "If-Match: x",
            "If-None-Match: \"",
            "If-Range: \u00ff",
            "If-Modified-Since: never",
            "Range: bytes=" + "0-0,".repeat(500),
            "Prefer: return=\"",
            "Idempotency-Key: \u00ff",
            "Want-Repr-Digest: =",
            "Content-Digest: =",
            "Repr-Digest: sha-256=:x:",
            "Content-Encoding: gzip",
            "Content-Range: bytes 0-1/*",
            "Consigne-Metadata: {",
            "Consigne-Tags: %",
            "Expect: x",
            "X-Request-Id: \u00ff",
            "Authorization: \u00ff",
            "Cookie: a=\u00ff;;",
            "Upgrade: h2c",
            "Connection: close",
            "Trailer: \u00ff",
            "TE: trailers");

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metrics;

    private ContractedAnswers contract;
    private TestBucket bucket;
    private String id = "";

    @BeforeEach
    void storeAFile() throws IOException {
        contract = ContractedAnswers.read();
        bucket = TestBucket.create(service);
        id = bucket.stored("a", Bytes.seeded(1, 100)).json().path("id").asText();
    }

    /** A method and path of the contract. */
    record Operation(String method, String template, List<String> query) {
        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    static List<Operation> operations() throws IOException {
        JsonNode paths =
                new YAMLMapper().readTree(Path.of("docs/openapi.yaml").toFile()).path("paths");
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    operations.add(new Operation(
                            operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), query(operation.getValue())));
                }
            }
        }
        assertThat(operations).hasSizeGreaterThan(10);
        return operations;
    }

    private static List<String> query(JsonNode operation) {
        List<String> names = new ArrayList<>(List.of("nobody-knows"));
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("query")) {
                names.add(parameter.path("name").asText());
            } else if (parameter.has("$ref")) { // of another kind, or known by its last segment: harmless if not
                names.add(parameter.path("$ref").asText().replaceFirst(".*/", ""));
            }
        }
        return names;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void refusesWhatThePathMayNotHold(Operation operation) {
        List<Sent> all = new ArrayList<>();
        Matcher place = PLACE.matcher(operation.template());
        while (place.find()) {
            for (String segment : SEGMENTS) {
                String path = concrete(operation.template().replace(place.group(), segment));
                all.add(new Sent(operation, path, List.of(), Optional.empty()));
            }
        }

        assertAnswered(all);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void survivesAnyQuery(Operation operation) {
        List<Sent> all = new ArrayList<>();
        for (String name : operation.query()) {
            for (String value : VALUES) {
                String query = "?" + name + "=" + value;
                all.add(new Sent(operation, concrete(operation.template()) + query, List.of(), Optional.empty()));
                all.add(new Sent(
                        operation,
                        concrete(operation.template()) + query + "&" + query.substring(1),
                        List.of(),
                        Optional.empty()));
            }
        }

        assertAnswered(all);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void survivesAnyBody(Operation operation) {
        List<Sent> all = new ArrayList<>();
        for (String type : TYPES) {
            for (String body : BODIES) {
                all.add(new Sent(
                        operation,
                        concrete(operation.template()),
                        List.of("Content-Type: " + type),
                        Optional.of(body)));
            }
        }

        assertAnswered(all);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void survivesAnyHeader(Operation operation) {
        List<Sent> all = new ArrayList<>();
        for (String header : HEADERS) {
            all.add(new Sent(operation, concrete(operation.template()), List.of(header), Optional.of("{}")));
        }

        assertAnswered(all);
    }

    /** One request as it goes over the wire. */
    record Sent(Operation operation, String path, List<String> headers, Optional<String> body) {
        byte[] bytes() {
            return (TestBucket.head(operation.method(), path, body.map(String::length), headers.toArray(String[]::new))
                            + body.orElse(""))
                    .getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return operation.method() + " " + start(path) + " " + headers + " " + start(body.orElse(""));
        }

        private static String start(String text) {
            return text.substring(0, Math.min(200, text.length()));
        }
    }

    private void assertAnswered(List<Sent> all) {
        SoftAssertions softly = new SoftAssertions();
        for (Sent sent : all) {
            long start = System.nanoTime();
            Optional<RawResponse> answer = answer(sent);
            softly.assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("%s", sent)
                    .isLessThan(SOON);
            softly.assertThat(answer).as("%s", sent).isPresent();
            answer.ifPresent(a -> softly.assertThatCode(() -> assertChosen(sent, a))
                    .as("%s -> %s", sent, a)
                    .doesNotThrowAnyException());
        }
        softly.assertAll();
        assertThat(new Metrics(metrics).value("consigne_uploads_active")).isZero();
    }

    private Optional<RawResponse> answer(Sent sent) {
        try (RawHttp http = bucket.connect()) {
            http.sendUnlessRefused(sent.bytes());
            Optional<RawResponse> answer =
                    sent.operation().method().equals("HEAD") ? Optional.of(http.readHead()) : http.readIfAny();
            return answer.filter(a -> a.status() == 100).isPresent() ? http.readIfAny() : answer;
        }
    }

    private void assertChosen(Sent sent, RawResponse answer) {
        assertThat(answer.status()).isBetween(200, 501).isNotEqualTo(500);
        if (answer.status() >= 400 && !sent.operation().method().equals("HEAD")) {
            assertProblem(answer, answer.status(), answer.json().path("code").asText());
        }
        assertThat(contract.breaches(sent.operation().method(), sent.operation().template(), answer))
                .isEmpty();
    }

    private String concrete(String template) {
        return template.replace("{bucket}", bucket.name())
                .replace("{name}", "a")
                .replace("{id}", id)
                .replaceAll("\\{\\w+}", UUID.randomUUID().toString());
    }
}
