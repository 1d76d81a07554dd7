package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes with the bytes, by name and by id, and what replacing and deleting do to them. */
@QuarkusTest
class DownloadTest {
    private static final byte[] BODY = Bytes.seeded(1, 70_000);
    private static final String TAG = '"' + Bytes.sha256(BODY) + '"';

    private static final String DIGEST =
            "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(Bytes.sha256(BODY))) + ":";

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void sendsTheseHeadersAndNoOthersByNameAndById() {
        String id = stored("dir/été.pdf", "application/pdf");

        List<String> byName = headers(bucket.get("dir/été.pdf"));
        List<String> byId = headers(byId("GET", id));

        assertThat(byName)
                .containsExactlyInAnyOrder(
                        "x-request-id: *",
                        "last-modified: *",
                        "etag: " + TAG,
                        "accept-ranges: bytes",
                        "cache-control: private, no-cache",
                        "content-type: application/pdf",
                        "content-length: 70000",
                        "content-disposition: attachment; filename=\"_t_.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9.pdf",
                        "x-content-type-options: nosniff",
                        "content-security-policy: sandbox; default-src 'none'; frame-ancestors 'none'",
                        "cross-origin-resource-policy: same-origin",
                        "referrer-policy: no-referrer",
                        "content-digest: " + DIGEST,
                        "repr-digest: " + DIGEST);
        assertThat(byId).isEqualTo(byName);
    }

    @Test
    void answersHeadWithTheHeadersOfGet() {
        String id = stored("a", "text/plain");

        assertThat(headers(bucket.head("a"))).isEqualTo(headers(bucket.get("a")));
        assertThat(headers(bucket.head("a", "Range: bytes=1-2")))
                .as("only GET has ranges (RFC 9110, section 14.2)")
                .isEqualTo(headers(bucket.get("a")));
        assertThat(headers(byId("HEAD", id))).isEqualTo(headers(byId("GET", id)));
        assertThat(bucket.head("none").status()).isEqualTo(404);
        assertThat(bucket.head("a", "If-None-Match: " + TAG).status()).isEqualTo(304);
    }

    @Test
    void refusesToGoOnWithADownloadOfAnotherContent() {
        stored("a", "text/plain");

        assertThat(bucket.get("a", "Range: bytes=1-2", "If-Match: " + TAG).status())
                .isEqualTo(206);
        assertProblem(bucket.get("a", "Range: bytes=1-2", "If-Match: \"other\""), 412, "precondition-failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "*", "\"other\", %s", "\"a\",W/%s , \"b\""})
    void answersNotModifiedWhenTheClientHasTheContent(String condition) {
        stored("a", "text/plain");

        RawResponse answer = bucket.get("a", "If-None-Match: " + String.format(Locale.ROOT, condition, TAG));

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(headers(answer))
                .containsExactlyInAnyOrder(
                        "x-request-id: *",
                        "last-modified: *",
                        "etag: " + TAG,
                        "accept-ranges: bytes",
                        "cache-control: private, no-cache");
    }

    @Test
    void sendsTheContentWhenTheClientHasAnother() {
        stored("a", "text/plain");

        assertThat(bucket.get("a", "If-None-Match: \"other\"").body()).isEqualTo(BODY);
        assertThat(bucket.get("a", "If-Modified-Since: yesterday").body()).isEqualTo(BODY);
    }

    @Test
    void replacesWithANewGenerationAndServesTheOldBytesToNobody() {
        byte[] newer = Bytes.seeded(2, 70_001);
        String id = stored("a", "text/plain");

        RawResponse replaced = bucket.put("a", newer, "Content-Type: image/png");

        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().path("generation").asLong()).isEqualTo(2);
        assertThat(replaced.json().path("id").asText()).isEqualTo(id);
        assertThat(replaced.header("Location")).isEqualTo("/api/v1/files/" + id);
        assertThat(replaced.header("ETag")).isEqualTo('"' + Bytes.sha256(newer) + '"');
        RawResponse got = bucket.get("a", "If-None-Match: " + TAG);
        assertThat(got.body()).isEqualTo(newer);
        assertThat(got.header("Content-Type")).isEqualTo("image/png");
        assertThat(byId("GET", id).body()).isEqualTo(newer);
        assertThat(bucket.names()).containsExactly("a");
    }

    @Test
    void tellsTheRecordById() {
        String id = stored("dir/a", "text/plain");

        RawResponse record = bucket.exchange("GET", "/api/v1/files/" + id, Optional.empty());

        assertThat(record.status()).isEqualTo(200);
        assertThat(record.json().path("name").asText()).isEqualTo("dir/a");
        assertThat(record.json().path("bucket").asText()).isEqualTo(bucket.name());
        assertThat(record.json().path("length").asLong()).isEqualTo(70_000);
        assertThat(record.json().path("sha256").asText()).isEqualTo(Bytes.sha256(BODY));
        assertThat(record.json().path("mediaType").asText()).isEqualTo("text/plain");
        assertThat(record.json().path("createdAt").asText())
                .isEqualTo(record.json().path("updatedAt").asText())
                .endsWith("Z");
    }

    @Test
    void deletesByNameAndById() {
        String byName = stored("a", "text/plain");
        String byId = stored("b", "text/plain");

        assertThat(bucket.delete("a").status()).isEqualTo(204);
        assertThat(bucket.exchange("DELETE", "/api/v1/files/" + byId, Optional.empty())
                        .status())
                .isEqualTo(204);

        assertProblem(bucket.get("a"), 404, "file-not-found");
        assertProblem(bucket.get("b"), 404, "file-not-found");
        assertProblem(bucket.delete("a"), 404, "file-not-found");
        assertProblem(byId("GET", byName), 404, "file-not-found");
        assertProblem(bucket.exchange("DELETE", "/api/v1/files/" + byId, Optional.empty()), 404, "file-not-found");
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void beginsAtTheFirstGenerationAfterADelete() {
        String old = stored("a", "text/plain");
        bucket.delete("a");

        RawResponse again = bucket.put("a", BODY);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json().path("generation").asLong()).isEqualTo(1);
        assertThat(again.json().path("id").asText()).isNotEqualTo(old);
    }

    @Test
    void refusesToReplaceAPart() {
        stored("a", "text/plain");

        assertProblem(bucket.put("a", BODY, "Content-Range: bytes 0-69999/70000"), 501, "not-supported");
        assertThat(bucket.get("a").header("ETag")).isEqualTo(TAG);
    }

    @Test
    void refusesToStoreInABucketThatIsNotThere() {
        String path = "/api/v1/buckets/t-" + UUID.randomUUID();

        assertProblem(bucket.exchange("PUT", path + "/content/a", Optional.of(BODY)), 404, "bucket-not-found");
        assertProblem(bucket.exchange("POST", path + "/files?name=a", Optional.of(BODY)), 404, "bucket-not-found");
        assertProblem(bucket.exchange("GET", path + "/files", Optional.empty()), 404, "bucket-not-found");
        assertProblem(bucket.exchange("GET", path + "/content/a", Optional.empty()), 404, "file-not-found");
    }

    @Test
    void storesByPostUnderTheNameOfTheQuery() {
        RawResponse stored = bucket.exchange(
                "POST", bucket.path() + "/files?name=dir%2F%C3%A9%201", Optional.of(BODY), "Content-Type: image/png");

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(stored.json().path("name").asText()).isEqualTo("dir/é 1");
        assertThat(bucket.get("dir/%C3%A9%201").body()).isEqualTo(BODY);
    }

    /** I8 and I2 in a query. */
    @ParameterizedTest
    @CsvSource({
        "'', invalid-name",
        "?name=, invalid-name",
        "?name=%ff, invalid-encoding",
        "?name=a%2F..%2Fb, invalid-name",
        "?name=a%00, invalid-name",
        "?name=a%5Cb, invalid-name",
        "?nam=a, invalid-name"
    })
    void refusesToStoreByPostWithoutAGoodName(String query, String code) {
        assertProblem(
                bucket.exchange(
                        "POST", bucket.path() + "/files" + query, Optional.of(BODY), "Content-Type: text/plain"),
                400,
                code);
        assertThat(bucket.names()).isEmpty();
    }

    private String stored(String name, String type) {
        return bucket.stored(name, BODY, "Content-Type: " + type)
                .json()
                .path("id")
                .asText();
    }

    private RawResponse byId(String method, String id) {
        String path = "/api/v1/files/" + id + "/content";
        if (method.equals("GET")) {
            return bucket.exchange(method, path, Optional.empty());
        }
        try (var http = bucket.connect()) {
            return http.send(TestBucket.head(method, path, Optional.empty())).readHead();
        }
    }

    /** Every header, sorted; those that differ from answer to answer as {@code *}. */
    private static List<String> headers(RawResponse response) {
        return response.headers().stream().map(DownloadTest::shown).sorted().toList();
    }

    private static String shown(Map.Entry<String, String> header) {
        String name = header.getKey().toLowerCase(Locale.ROOT);
        return name + ": " + (List.of("x-request-id", "last-modified").contains(name) ? "*" : header.getValue());
    }
}
