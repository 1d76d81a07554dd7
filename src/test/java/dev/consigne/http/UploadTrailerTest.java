package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Digests that come after a chunked body (RFC 9530, RFC 9112, section 7.1.2), each of its own request and no other. */
@QuarkusTest
class UploadTrailerTest {
    private static final byte[] BYTES = Bytes.seeded(1, 100_000);
    private static final byte[] OTHERS = Bytes.seeded(2, 100_000);
    private static final String RIGHT = "Content-Digest: " + Bytes.digest("sha-256", BYTES) + "\r\n";
    private static final String RIGHT_512 = "Repr-Digest: " + Bytes.digest("sha-512", BYTES) + "\r\n";
    private static final String WRONG = "Content-Digest: " + Bytes.digest("sha-256", OTHERS) + "\r\n";
    private static final String ANNOUNCED = "Trailer: Content-Digest";
    private static final Duration SOON = Duration.ofSeconds(10);

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    Pool pool;

    private TestBucket bucket;
    private ContentRows rows;
    private long mark;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
        rows = new ContentRows(pool);
        mark = rows.mark();
    }

    @Test
    void storesWhatHasTheDigestThatFollowsIt() {
        assertThat(put("a", BYTES, RIGHT, ANNOUNCED).status()).isEqualTo(201);
        assertThat(put("b", BYTES, RIGHT_512, "Trailer: X-Other, repr-digest").status())
                .isEqualTo(201);
        assertThat(put("c", BYTES, RIGHT + RIGHT_512, ANNOUNCED, "Trailer: Repr-Digest")
                        .status())
                .isEqualTo(201);
        assertThat(put("d", new byte[0], "Content-Digest: " + Bytes.digest("sha-256", new byte[0]) + "\r\n", ANNOUNCED)
                        .status())
                .isEqualTo(201);
        assertThat(bucket.get("b").body()).isEqualTo(BYTES);
    }

    @Test
    void storesNothingElse() {
        bucket.stored("a", OTHERS);

        assertProblem(put("a", BYTES, WRONG, ANNOUNCED), 400, "digest-mismatched-values");
        assertProblem(put("a", BYTES, RIGHT + RIGHT_512, ANNOUNCED, WRONG.strip()), 400, "digest-mismatched-values");
        assertProblem(put("a", OTHERS, RIGHT_512, "Trailer: Repr-Digest"), 400, "digest-mismatched-values");

        assertThat(bucket.get("a").body()).isEqualTo(OTHERS);
        assertThat(rows.statesSince(mark)).containsExactly("LIVE", "ABORTING", "ABORTING", "ABORTING");
        assertNoneActive();
    }

    /** I70. */
    @ParameterizedTest
    @ValueSource(strings = {"", "X-Other: 1\r\n", "Content-Digest: \r\n", "Content-Digest: sha-256=:bad:\r\n"})
    void storesNothingWithoutThePromisedDigest(String trailer) {
        assertProblem(put("a", BYTES, trailer, ANNOUNCED), 400, "digest-invalid-values");

        assertThat(bucket.names()).isEmpty();
        assertThat(rows.statesSince(mark)).containsExactly("ABORTING");
        assertNoneActive();
    }

    @Test
    void storesNothingWithOneOfTwoPromisedDigests() {
        assertProblem(put("a", BYTES, RIGHT, "Trailer: Content-Digest, Repr-Digest"), 400, "digest-invalid-values");
        assertProblem(put("a", BYTES, "", RIGHT.strip(), ANNOUNCED), 400, "digest-invalid-values");

        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void storesNothingWithAPromisedDigestOfUnknownAlgorithm() {
        assertProblem(
                put("a", BYTES, "Content-Digest: md5=:AQID:\r\n", ANNOUNCED), 400, "digest-unsupported-algorithms");

        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void checksWhatWasNotAnnouncedOrSaysThatItCannot() {
        assertProblem(put("a", BYTES, WRONG), 400, "digest-mismatched-values");
        assertProblem(put("a", BYTES, RIGHT_512), 400, "digest-invalid-values");
        assertProblem(put("a", BYTES, "Repr-Digest: rubbish!\r\n"), 400, "digest-invalid-values");
        assertThat(bucket.names()).isEmpty();

        assertThat(put("a", BYTES, RIGHT).status()).isEqualTo(201);
        assertThat(put("b", BYTES, RIGHT_512, RIGHT_512.strip()).status()).isEqualTo(201);
    }

    @Test
    void refusesAPromiseThatTheBodyHasNoPlaceForBeforeTheBody() {
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(5), "Expect: 100-continue", ANNOUNCED));

            assertProblem(http.read(), 400, "digest-invalid-values");
        }
        assertThat(rows.statesSince(mark)).isEmpty();
    }

    @Test
    void knowsTheTrailersOfEachRequestOfAConnection() {
        try (RawHttp http = bucket.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(send(http, "a", BYTES, RIGHT, ANNOUNCED).read().status())
                        .isEqualTo(i == 0 ? 201 : 200);
                assertThat(send(http, "b", OTHERS, "").read().status()).isEqualTo(i == 0 ? 201 : 200);
            }
            assertProblem(send(http, "a", OTHERS, RIGHT, ANNOUNCED).read(), 400, "digest-mismatched-values");
            assertProblem(send(http, "a", OTHERS, "", ANNOUNCED).read(), 400, "digest-invalid-values");
        }
        assertThat(bucket.get("a").body()).isEqualTo(BYTES);
    }

    /** The second request and its trailer are read while the first is worked on; nothing of either may be mixed up. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void knowsTheTrailersOfRequestsSentWithoutWaiting(boolean firstIsRight) {
        byte[] small = Bytes.seeded(3, 100);
        byte[] other = Bytes.seeded(4, 100);
        String ofSmall = "Content-Digest: " + Bytes.digest("sha-256", small) + "\r\n";
        String ofOther = "Content-Digest: " + Bytes.digest("sha-256", other) + "\r\n";
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("GET", bucket.content("none"), Optional.empty())
                    + text("a", small, firstIsRight ? ofSmall : ofOther, ANNOUNCED)
                    + text("b", other, firstIsRight ? ofSmall : ofOther, ANNOUNCED)
                    + text("c", small, "")
                    + text("d", small, "", ANNOUNCED)
                    + text("e", other, ofOther, ANNOUNCED));

            assertProblem(http.read(), 404, "file-not-found");
            for (boolean right : new boolean[] {firstIsRight, !firstIsRight}) {
                if (right) {
                    assertThat(http.read().status()).isEqualTo(201);
                } else {
                    assertProblem(http.read(), 400, "digest-mismatched-values");
                }
            }
            assertThat(http.read().status()).isEqualTo(201);
            assertProblem(http.read(), 400, "digest-invalid-values");
            assertThat(http.read().status()).isEqualTo(201);
        }
        assertThat(bucket.names()).isEqualTo(List.of(firstIsRight ? "a" : "b", "c", "e"));
    }

    @Test
    void checksTheTrailerOfWhatIsSentAgain() {
        String key = "Idempotency-Key: k-1";
        RawResponse first = put("a", BYTES, RIGHT, ANNOUNCED, key);

        assertThat(put("a", BYTES, RIGHT, ANNOUNCED, key).json()).isEqualTo(first.json());
        assertProblem(put("a", BYTES, WRONG, ANNOUNCED, key), 400, "digest-mismatched-values");
        assertProblem(put("a", BYTES, "", ANNOUNCED, key), 400, "digest-invalid-values");
        assertThat(rows.statesSince(mark)).containsExactly("LIVE");
    }

    @Test
    void checksTheTrailerOfAForm() {
        byte[] form = ("--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello\r\n"
                        + "--XyZ--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        String right = "Content-Digest: " + Bytes.digest("sha-512", form) + "\r\n";

        assertProblem(postForm(form, WRONG), 400, "digest-mismatched-values");
        assertProblem(postForm(form, ""), 400, "digest-invalid-values");
        assertThat(bucket.names()).isEmpty();
        assertThat(postForm(form, right).status()).isEqualTo(201);
    }

    /** RFC 9110, section 6.5.1: what decides about a request is not taken from behind its body. */
    @Test
    void takesNothingElseFromTrailers() {
        RawResponse stored = put(
                "a",
                BYTES,
                RIGHT + "Content-Type: text/html\r\nConsigne-Tags: a=b\r\nIf-Match: \"x\"\r\nContent-Length: 3\r\n"
                        + "Transfer-Encoding: gzip\r\nTrailer: X\r\n",
                ANNOUNCED,
                "Content-Type: image/png");

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(stored.json().path("mediaType").asText()).isEqualTo("image/png");
        assertThat(stored.json().path("tags")).isEmpty();
        assertThat(stored.json().path("length").asLong()).isEqualTo(BYTES.length);
    }

    /** Trailers have the limit of headers, 20 KiB together; what cannot be read is no trailer. */
    @ParameterizedTest
    @ValueSource(strings = {"large", "many", "malformed"})
    void storesNothingWithTrailersThatCannotBeRead(String kind) {
        String trailer = switch (kind) {
            case "large" -> "X-Large: " + "x".repeat(40_000) + "\r\n";
            case "many" -> "X-Many: some value\r\n".repeat(3_000);
            default -> "no colon here\r\n: no name\r\n";
        };
        try (RawHttp http = bucket.connect()) {
            http.send(text("a", Bytes.seeded(3, 100), "", ANNOUNCED).replace("\r\n0\r\n\r\n", "\r\n0\r\n"));
            http.sendUnlessRefused((trailer + RIGHT + "\r\n").getBytes(StandardCharsets.US_ASCII));

            Optional<RawResponse> answer = http.readIfAny();

            assertThat(answer.map(RawResponse::status).orElse(400))
                    .as("%s", answer)
                    .isBetween(400, 499);
        }
        assertThat(bucket.names()).isEmpty();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).doesNotContain("PENDING", "LIVE"));
        assertNoneActive();
    }

    private RawResponse put(String name, byte[] body, String trailers, String... headers) {
        try (RawHttp http = bucket.connect()) {
            return send(http, name, body, trailers, headers).read();
        }
    }

    private RawHttp send(RawHttp http, String name, byte[] body, String trailers, String... headers) {
        return http.send(text(name, body, trailers, headers));
    }

    private RawResponse postForm(byte[] form, String trailers) {
        try (RawHttp http = bucket.connect()) {
            return http.send(text(
                            "POST",
                            bucket.path() + "/files",
                            form,
                            trailers,
                            ANNOUNCED,
                            "Content-Type: multipart/form-data; boundary=XyZ"))
                    .read();
        }
    }

    private String text(String name, byte[] body, String trailers, String... headers) {
        return text("PUT", bucket.content(name), body, trailers, headers);
    }

    /** A request whose body is chunked, with what follows it; one byte a character. */
    private static String text(String method, String path, byte[] body, String trailers, String... headers) {
        String chunk = body.length == 0
                ? ""
                : Integer.toHexString(body.length) + "\r\n" + new String(body, StandardCharsets.ISO_8859_1) + "\r\n";
        return TestBucket.head(method, path, Optional.empty(), headers)
                        .replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n")
                + chunk + "0\r\n" + trailers + "\r\n";
    }

    private void assertNoneActive() {
        Metrics metrics = new Metrics(metricsEndpoint);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isZero());
    }
}
