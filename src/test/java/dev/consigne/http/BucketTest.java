package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Buckets and the strictness of their JSON. */
@QuarkusTest
class BucketTest {
    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void createsChangesReadsAndDeletes() {
        String path = newPath();

        RawResponse created = put(path, "{\"maxFileBytes\": 1000}");
        RawResponse changed = put(path, "{}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("maxFileBytes").asLong()).isEqualTo(1000);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().has("maxFileBytes")).isFalse();
        assertThat(get(path).json()).isEqualTo(changed.json());
        assertThat(exchange("DELETE", path).status()).isEqualTo(204);
        assertProblem(get(path), 404, "bucket-not-found");
        assertProblem(exchange("DELETE", path), 404, "bucket-not-found");
    }

    @Test
    void createsWithoutABody() {
        assertThat(exchange("PUT", newPath()).status()).isEqualTo(201);
    }

    @Test
    void keepsABucketThatHasFiles() {
        bucket.stored("a", Bytes.seeded(1, 10));

        assertProblem(exchange("DELETE", bucket.path()), 409, "bucket-not-empty");
        assertThat(bucket.get("a").status()).isEqualTo(200);

        bucket.delete("a");
        assertThat(exchange("DELETE", bucket.path()).status()).isEqualTo(204);
    }

    @Test
    void listsEachBucketOnceInOrder() {
        TestBucket second = TestBucket.create(service);
        List<String> names = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = exchange("GET", "/api/v1/buckets?limit=3" + cursor).json();
            names.addAll(page.path("buckets").findValuesAsText("name"));
            cursor = page.has("nextCursor")
                    ? "&cursor=" + page.path("nextCursor").asText()
                    : "";
        } while (!cursor.isEmpty());

        assertThat(names).isSorted().doesNotHaveDuplicates().contains(bucket.name(), second.name());
        assertProblem(exchange("GET", "/api/v1/buckets?limit=0"), 400, "invalid-parameter");
        assertProblem(exchange("GET", "/api/v1/buckets?cursor=YQ"), 400, "invalid-cursor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ab",
                "Upper",
                "a_b",
                "-ab",
                "ab-",
                ".ab",
                "ab.",
                "a%20b",
                "a%2Fb",
                "%C3%A9t%C3%A9",
                "a%00b",
                "abc%0A",
                "a:b"
            })
    void refusesBucketNames(String name) {
        assertProblem(put("/api/v1/buckets/" + name, "{}"), 400, "invalid-bucket-name");
        assertProblem(get("/api/v1/buckets/" + name), 400, "invalid-bucket-name");
    }

    @Test
    void refusesBucketNamesOfMoreThan63Characters() {
        assertProblem(put("/api/v1/buckets/" + "a".repeat(64), "{}"), 400, "invalid-bucket-name");
        String longest = "/api/v1/buckets/" + (UUID.randomUUID() + "-" + UUID.randomUUID()).substring(0, 63);
        assertThat(put(longest, "{}").status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"maxFileSize\": 1} | unknown-field | /maxFileSize",
                "{\"a/b~c\": 1} | unknown-field | /a~1b~0c",
                "{\"maxFileBytes\": \"1\"} | invalid-body | /maxFileBytes",
                "{\"maxFileBytes\": 1.5} | invalid-body | /maxFileBytes",
                "{\"maxFileBytes\": true} | invalid-body | /maxFileBytes",
                "{\"maxFileBytes\": [1]} | invalid-body | /maxFileBytes",
                "{\"maxFileBytes\": 0} | invalid-body | /maxFileBytes",
                "{\"maxFileBytes\": -1} | invalid-body | /maxFileBytes",
                "{\"maxFileBytes\": 9223372036854775808} | invalid-body | /maxFileBytes",
                "[] | invalid-body | ^^",
                "1 | invalid-body | ^^",
                "null | invalid-body | ^^"
            })
    void refusesSettingsItDoesNotUnderstandAndSaysWhere(String body, String code, String pointer) {
        RawResponse refused = assertProblem(put(bucket.path(), body), 400, code);

        assertThat(refused.json().path("pointer").asText()).isEqualTo(pointer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{} {}",
                "{}x",
                "{\"maxFileBytes\": 1, \"maxFileBytes\": 2}",
                "{\"maxFileBytes\": 1",
                "{'maxFileBytes': 1}",
                "{\"maxFileBytes\": 1,}",
                "{/* */}",
                "{\"maxFileBytes\": NaN}",
                "{\"maxFileBytes\": 1e1000000}",
                "not json",
                " ",
                "\u00ff\u00fe"
            })
    void refusesWhatIsNotStrictJson(String body) {
        String path = newPath();

        assertProblem(put(path, body), 400, "invalid-body");
        assertProblem(get(path), 404, "bucket-not-found");
    }

    /** I46. */
    @Test
    void refusesDeepNesting() {
        String path = newPath();

        assertProblem(put(path, "[".repeat(10_000) + "]".repeat(10_000)), 400, "invalid-body");
        assertProblem(put(path, "{\"maxFileBytes\":".repeat(2_000) + "1" + "}".repeat(2_000)), 400, "invalid-body");
        assertProblem(get(path), 404, "bucket-not-found");
    }

    @Test
    void refusesBodiesOver64KiB() {
        String path = newPath();
        String padding = " ".repeat(64 * 1024 - 2);

        assertProblem(put(path, "{" + padding + " }"), 413, "content-too-large");
        assertProblem(get(path), 404, "bucket-not-found");
        assertThat(put(path, "{" + padding + "}").status()).isEqualTo(201);
    }

    /** I57. */
    @ParameterizedTest
    @ValueSource(strings = {"application/xml", "text/plain", "application/json5", "application/x-www-form-urlencoded"})
    void refusesOtherMediaTypes(String type) {
        RawResponse refused = exchange("PUT", newPath(), Optional.of("{}"), "Content-Type: " + type);

        assertProblem(refused, 415, "unsupported-media-type");
    }

    @Test
    void takesJsonWithACharset() {
        RawResponse made =
                exchange("PUT", newPath(), Optional.of("{}"), "Content-Type: Application/JSON; charset=UTF-8");

        assertThat(made.status()).isEqualTo(201);
    }

    private static String newPath() {
        return "/api/v1/buckets/t-" + UUID.randomUUID();
    }

    private RawResponse put(String path, String body) {
        return exchange("PUT", path, Optional.of(body), "Content-Type: application/json");
    }

    private RawResponse get(String path) {
        return exchange("GET", path);
    }

    private RawResponse exchange(String method, String path) {
        return exchange(method, path, Optional.empty());
    }

    private RawResponse exchange(String method, String path, Optional<String> body, String... headers) {
        return bucket.exchange(method, path, body.map(b -> b.getBytes(StandardCharsets.ISO_8859_1)), headers);
    }
}
