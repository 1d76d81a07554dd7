package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is the same of every path: which methods it takes and says it takes, and that HEAD is GET without its body. */
@QuarkusTest
class MethodsTest {
    private static final byte[] BODY = Bytes.seeded(1, 100);
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;
    private String id = "";

    @BeforeEach
    void storeAFile() {
        bucket = TestBucket.create(service);
        id = bucket.stored("a", BODY).json().path("id").asText();
    }

    @Test
    void everyPathSaysWhichMethodsItTakes() throws IOException {
        for (Map.Entry<String, JsonNode> path : paths().properties()) {
            Set<String> expected = new TreeSet<>(Set.of("OPTIONS"));
            path.getValue().fieldNames().forEachRemaining(name -> {
                if (METHODS.contains(name)) {
                    expected.add(name.toUpperCase(Locale.ROOT));
                }
            });
            if (expected.contains("GET")) {
                expected.add("HEAD");
            }

            RawResponse options = bucket.exchange("OPTIONS", concrete(path.getKey()), Optional.empty());
            RawResponse refused = bucket.exchange("BREW", concrete(path.getKey()), Optional.empty());

            assertThat(options.status()).as(path.getKey()).isEqualTo(204);
            assertThat(allowed(options)).as(path.getKey()).isEqualTo(expected);
            assertProblem(refused, 405, "method-not-allowed");
            assertThat(refused.json().path("detail").asText()).contains(refused.header("Allow"));
            assertThat(allowed(refused)).as(path.getKey()).isEqualTo(expected);
        }
    }

    @Test
    void noOtherOriginIsInvited() {
        RawResponse preflight = bucket.exchange(
                "OPTIONS",
                bucket.content("a"),
                Optional.empty(),
                "Origin: https://evil.example",
                "Access-Control-Request-Method: PUT");

        assertThat(preflight.headers().toString().toLowerCase(Locale.ROOT)).doesNotContain("access-control");
    }

    @Test
    void headIsGetWithoutItsBody() throws IOException {
        for (Map.Entry<String, JsonNode> path : paths().properties()) {
            if (path.getValue().has("get")) {
                RawResponse get = bucket.exchange("GET", concrete(path.getKey()), Optional.empty());

                RawResponse head = head(concrete(path.getKey()));

                assertThat(head.status()).as(path.getKey()).isEqualTo(get.status());
                assertThat(headers(head)).as(path.getKey()).isEqualTo(headers(get));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/buckets/no-such-bucket",
                "/api/v1/buckets/no-such-bucket/files",
                "/api/v1/buckets/no-such-bucket/content/a",
                "/api/v1/files/00000000-0000-7000-8000-000000000000",
                "/api/v1/files/00000000-0000-7000-8000-000000000000/content",
                "/api/v1/buckets?limit=0",
                "/api/v1/buckets?cursor=x",
                "/api/v1/files/x",
                "/api/v1/none"
            })
    void headIsRefusedAsGetIs(String path) {
        RawResponse get = bucket.exchange("GET", path, Optional.empty());

        RawResponse head = head(path);

        assertThat(get.status()).isBetween(400, 499);
        assertThat(head.status()).isEqualTo(get.status());
        assertThat(headers(head)).isEqualTo(headers(get));
    }

    @ParameterizedTest
    @CsvSource({
        "return=minimal, true",
        "RETURN=Minimal, true",
        "'wait=5, return=minimal; a=b', true",
        "return=representation, false",
        "'return=representation, return=minimal', false",
        "return, false",
        "handling=strict, false",
        "'return=\"minimal\"', true",
        "'return = minimal ;;; a = \"b;c\"', true",
        "',, return=minimal', true",
        "'a=\"b, return=minimal\"', false",
        "'a=\"b\\\", return=minimal, c\"', false",
        "'return, return=minimal', false",
        "'return=other, return=minimal', false",
        "'return=minimally', false",
        "'? return=minimal', false",
        "'', false"
    })
    void changesAreAnsweredBrieflyIfThatIsPreferred(String preference, boolean brief) {
        RawResponse created = bucket.put("b", BODY, "Prefer: " + preference);
        RawResponse replaced = bucket.put("b", BODY, "Prefer: " + preference);
        RawResponse patched = bucket.exchange(
                "PATCH",
                "/api/v1/files/" + id,
                Optional.of(new byte[] {'{', '}'}),
                "Content-Type: application/merge-patch+json",
                "Prefer: " + preference);

        assertThat(created.status()).isEqualTo(201);
        assertThat(replaced.status()).isEqualTo(brief ? 204 : 200);
        assertThat(patched.status()).isEqualTo(brief ? 204 : 200);
        for (RawResponse answer : new RawResponse[] {created, replaced, patched}) {
            assertThat(answer.body().length == 0).isEqualTo(brief);
            assertThat(answer.all("ETag")).hasSize(1);
            assertThat(answer.all("Preference-Applied")).hasSize(brief ? 1 : 0);
        }
    }

    @Test
    void settingsAreAnsweredBrieflyIfThatIsPreferred() {
        String path = bucket.path() + "-more";

        RawResponse made = bucket.exchange("PUT", path, Optional.of(new byte[0]), "Prefer: return=minimal");
        RawResponse changed = bucket.exchange("PUT", path, Optional.of(new byte[0]), "Prefer: return=minimal");
        RawResponse told = bucket.exchange("PUT", path, Optional.of(new byte[0]));

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo(path);
        assertThat(made.header("Preference-Applied")).isEqualTo("return=minimal");
        assertThat(made.body()).isEmpty();
        assertThat(changed.status()).isEqualTo(204);
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.json().path("name").asText()).isEqualTo(bucket.name() + "-more");
    }

    /** A pattern that gives back what it took needs stack for each character. */
    @Test
    void longHeadersAreReadAsShortOnes() {
        String text = "x".repeat(7000);

        assertThat(bucket.put("b", BODY, "Prefer: a=\"" + text + "\", return=minimal")
                        .header("Preference-Applied"))
                .isEqualTo("return=minimal");
        RawResponse read = bucket.get("b", "Want-Repr-Digest: a=\"" + text + "\", sha-256=0");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.all("Repr-Digest")).isEmpty();
        assertProblem(bucket.put("b", BODY, "Idempotency-Key: \"" + text + "\""), 400, "invalid-idempotency-key");
    }

    private static JsonNode paths() throws IOException {
        return new YAMLMapper().readTree(Path.of("docs/openapi.yaml").toFile()).path("paths");
    }

    private String concrete(String template) {
        return template.replace("{bucket}", bucket.name())
                .replace("{name}", "a")
                .replace("{generation}", "1")
                .replace("{id}", id);
    }

    private static Set<String> allowed(RawResponse response) {
        return new TreeSet<>(Arrays.asList(response.header("Allow").split(", ")));
    }

    /** Every header but the answer's own id and how its body is framed, which HEAD may leave out (section 9.3.2). */
    private static List<String> headers(RawResponse response) {
        return response.headers().stream()
                .map(header -> header.getKey().toLowerCase(Locale.ROOT) + ": " + header.getValue())
                .filter(header -> !header.matches("(x-request-id|content-length|transfer-encoding): .*"))
                .sorted()
                .toList();
    }

    private RawResponse head(String path) {
        try (RawHttp http = bucket.connect()) {
            return http.send(TestBucket.head("HEAD", path, Optional.empty())).readHead();
        }
    }
}
