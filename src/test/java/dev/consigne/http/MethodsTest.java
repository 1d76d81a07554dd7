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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                for (String header : new String[] {
                    "Content-Type",
                    "ETag",
                    "Last-Modified",
                    "Cache-Control",
                    "Repr-Digest",
                    "Content-Disposition",
                    "Link"
                }) {
                    assertThat(head.all(header))
                            .as("%s of %s", header, path.getKey())
                            .isEqualTo(get.all(header));
                }
            }
        }
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

    private static JsonNode paths() throws IOException {
        return new YAMLMapper().readTree(Path.of("docs/openapi.yaml").toFile()).path("paths");
    }

    private String concrete(String template) {
        return template.replace("{bucket}", bucket.name())
                .replace("{name}", "a")
                .replace("{id}", id);
    }

    private static Set<String> allowed(RawResponse response) {
        return new TreeSet<>(Arrays.asList(response.header("Allow").split(", ")));
    }

    private RawResponse head(String path) {
        try (RawHttp http = bucket.connect()) {
            return http.send(TestBucket.head("HEAD", path, Optional.empty())).readHead();
        }
    }
}
