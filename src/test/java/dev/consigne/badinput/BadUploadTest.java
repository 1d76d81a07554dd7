package dev.consigne.badinput;

import static dev.consigne.badinput.Scene.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads refused for what their headers say, before a byte of the body is wanted. */
@QuarkusTest
class BadUploadTest {
    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metrics;

    @Inject
    Pool pool;

    private Scene scene;

    @BeforeEach
    void setScene() {
        scene = Scene.set(service, metrics, pool);
    }

    @Tag("I27")
    @ParameterizedTest
    @ValueSource(longs = {(5L << 40) + 1, Long.MAX_VALUE})
    void refusesADeclaredLengthOverTheLimitBeforeTheBody(long length) {
        RawResponse refused = scene.refused(
                "PUT " + content() + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: " + length
                        + "\r\n\r\n",
                413,
                "content-too-large");

        assertThat(refused.json().path("limit").asLong()).isPositive();
    }

    @Tag("I28")
    @Test
    void refusesAChunkedBodyAsSoonAsItIsOverTheLimit() {
        TestBucket small = TestBucket.create(service, 1000);
        try (RawHttp http = small.connect()) {
            http.send("PUT " + small.content("a") + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
                    + "x".repeat(1001) + "\r\n");

            RawResponse refused = http.read(); // the body has not ended

            assertThat(refused.status()).as("%s", refused).isEqualTo(413);
            assertThat(refused.json().path("limit").asLong()).isEqualTo(1000);
            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        assertThat(small.names()).isEmpty();
        scene.assertNothingStored();
    }

    @Tag("I33")
    @Tag("I34")
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "GZIP", "identity, gzip", "x"})
    void refusesContentEncodings(String encoding) {
        scene.refused(
                request("PUT", content(), "hello", "Content-Encoding: " + encoding), 415, "unsupported-media-type");
    }

    @Tag("I39")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html; charset=utf-7",
                "text/html; charset=\"UTF-7\"",
                "x",
                "x/",
                "/y",
                "x/y z",
                "x/y; a",
                "x/y; a=",
                "x/y; =b",
                "x/y;;a=b",
                "x/y, a/b",
                "x/\u00e9",
                "x/y; a=\"",
                "x/y; a=\"\\"
            })
    void refusesTypesThatAreNone(String type) {
        refusedType(type);
    }

    @Tag("I39")
    @Test
    void refusesTypesOfAnyLength() {
        refusedType("x/" + "y".repeat(5000));
        refusedType("x/y; a=\"" + "\\\"".repeat(5000) + "\"");
    }

    /** A line break in a header is the next header, or no header at all. */
    @Tag("I39")
    @ParameterizedTest
    @ValueSource(strings = {"x/y\rA: b", "x/y\u0000", "x/y\u000bz"})
    void refusesControlCharactersInHeaders(String type) {
        try (RawHttp http = scene.bucket().connect()) {
            RawResponse refused = http.send(request("PUT", content(), "hello", "Content-Type: " + type))
                    .read();

            assertThat(refused.status()).as("%s", refused).isEqualTo(400);
        }
        scene.assertNothingStored();
    }

    @Tag("I64")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Match: * | 412 | precondition-failed",
                "If-Match: \"a\" | 412 | precondition-failed",
                "If-Match: a | 400 | invalid-condition",
                "If-Match: \"a | 400 | invalid-condition",
                "If-Match: | 400 | invalid-condition",
                "If-Match: *, \"a\" | 400 | invalid-condition",
                "If-Match: \"a\" \"b\" | 400 | invalid-condition",
                "If-None-Match: w/\"a\" | 400 | invalid-condition",
                "If-None-Match: ,, | 400 | invalid-condition"
            })
    void refusesConditionsThatDoNotHoldOrCannotBeRead(String header, int status, String code) {
        scene.refused(request("PUT", content(), "hello", header), status, code);
    }

    @Tag("I64")
    @Test
    void refusesMoreTagsThanAreCompared() {
        scene.refused(
                request("PUT", content(), "hello", "If-Match: " + "\"a\", ".repeat(199) + "\"a\""),
                400,
                "invalid-condition");
    }

    @Tag("I66")
    @Test
    void refusesChangesWithoutAConditionWhereOneIsDemanded() {
        String settings = "{\"requirePreconditions\":true}";
        scene.bucket()
                .exchange(
                        "PUT",
                        scene.bucket().path(),
                        Optional.of(settings.getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        "Content-Type: application/json");

        scene.refused(request("PUT", content(), "hello"), 428, "precondition-required");
    }

    @Tag("I71")
    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "\"", "\"a", "\"a\"b", "\"\"", "\"a\\b\"", "\u00e9", "a\tb"})
    void refusesKeysThatAreNone(String key) {
        scene.refused(request("PUT", content(), "hello", "Idempotency-Key: " + key), 400, "invalid-idempotency-key");
    }

    @Tag("I71")
    @Test
    void refusesKeysOfMoreThan255CharactersAndMoreThanOne() {
        scene.refused(
                request("PUT", content(), "hello", "Idempotency-Key: " + "k".repeat(300)),
                400,
                "invalid-idempotency-key");
        scene.refused(
                request("PUT", content(), "hello", "Idempotency-Key: a", "Idempotency-Key: b"),
                400,
                "invalid-idempotency-key");
    }

    @Tag("I46")
    @Tag("I47")
    @Tag("I48")
    @Tag("I49")
    @Tag("I50")
    @Tag("I51")
    @Tag("I90")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Consigne-Metadata: [] | 400 | invalid-metadata",
                "Consigne-Metadata: {\"a\":\"\\u0000\"} | 400 | invalid-metadata",
                "Consigne-Metadata: {\"a\":\"\\ud800\"} | 400 | invalid-metadata",
                "Consigne-Metadata: {\"a\":1e1000000} | 400 | invalid-metadata",
                "Consigne-Metadata: {\"a\":NaN} | 400 | invalid-metadata",
                "Consigne-Metadata: {\"a\":1,\"a\":2} | 400 | invalid-metadata",
                "Consigne-Metadata: {} {} | 400 | invalid-metadata",
                "Consigne-Metadata: /**/{} | 400 | invalid-metadata",
                "Consigne-Tags: a | 400 | invalid-tags",
                "Consigne-Tags: a=%00 | 400 | invalid-tags",
                "Consigne-Tags: a=1&a=2 | 400 | invalid-tags",
                "Consigne-Tags: a=%ff | 400 | invalid-encoding"
            })
    void refusesLabelsThatCannotBeRead(String header, int status, String code) {
        scene.refused(request("PUT", content(), "hello", header), status, code);
    }

    @Tag("I46")
    @Tag("I47")
    @Tag("I90")
    @Test
    void refusesLabelsBeyondTheirLimits() {
        refusedLabel("Consigne-Metadata: " + "{\"a\":".repeat(33) + "1" + "}".repeat(33), 400, "metadata-too-deep");
        refusedLabel("Consigne-Metadata: " + "{\"a\":".repeat(2000) + "1" + "}".repeat(2000), 400, "metadata-too-deep");
        refusedLabel("Consigne-Metadata: {\"a\":\"" + "x".repeat(16_400) + "\"}", 413, "metadata-too-large");
        refusedLabel("Consigne-Tags: " + "k".repeat(129) + "=v", 400, "invalid-tags");
        refusedLabel("Consigne-Tags: k=" + "v".repeat(257), 400, "invalid-tags");
        StringBuilder tags = new StringBuilder("Consigne-Tags: t=0");
        for (int i = 1; i <= 50; i++) {
            tags.append("&t").append(i).append("=1");
        }
        refusedLabel(tags.toString(), 400, "invalid-tags");
    }

    @Tag("I67")
    @Tag("I68")
    @Tag("I69")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Digest: sha-256=:bad:                    | digest-invalid-values",
                "Repr-Digest: sha-256=:AAAA:                      | digest-invalid-values",
                "Repr-Digest: sha-256=x                           | digest-invalid-values",
                "Content-Digest: md5=:XUFAKrxLKna5cZ2REBfFkg==:   | digest-unsupported-algorithms",
                "Content-Digest: sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=: | digest-mismatched-values"
            })
    void refusesDigestsThatAreNotOfTheBody(String header, String code) {
        scene.refused(request("PUT", content(), "hello", header), 400, code);
    }

    @Tag("I70")
    @Test
    void refusesABodyWhoseAnnouncedDigestDoesNotCome() {
        scene.refused(
                "PUT " + content()
                        + " HTTP/1.1\r\nHost: h\r\nTrailer: Content-Digest\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\n0\r\n\r\n",
                400,
                "digest-invalid-values");
    }

    @Tag("I86")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-HTTP-Method-Override: PUT",
                "X-HTTP-Method: PUT",
                "X-Forwarded-Prefix: /x",
                "X-Forwarded-Host: evil.example",
                "X-Original-URL: /api/v1/buckets",
                "X-Rewrite-URL: /api/v1/buckets",
                "X-Tenant: other"
            })
    void doesNotListenToHeadersOfProxies(String header) {
        scene.refused(Scene.get(content(), header), 404, "file-not-found");
        scene.refused(request("POST", content(), "hello", header), 405, "method-not-allowed");
    }

    private void refusedType(String type) {
        scene.refused(request("PUT", content(), "hello", "Content-Type: " + type), 400, "invalid-content-type");
        scene.refused(
                request("POST", scene.bucket().path() + "/files?name=a", "hello", "Content-Type: " + type),
                400,
                "invalid-content-type");
    }

    private void refusedLabel(String header, int status, String code) {
        scene.refused(request("PUT", content(), "hello", header), status, code);
    }

    private String content() {
        return scene.bucket().content("a");
    }
}
