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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that say what the digests of their bytes are, in headers (RFC 9530): other bytes are not stored. */
@QuarkusTest
class UploadDigestTest {
    private static final int CHUNK = 64 * 1024;
    private static final byte[] BYTES = Bytes.seeded(1, 2 * CHUNK + 3);
    private static final byte[] OTHERS = Bytes.seeded(2, 2 * CHUNK + 3);
    private static final String FORM = "multipart/form-data; boundary=XyZ";
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

    @ParameterizedTest
    @ValueSource(strings = {"Content-Digest: sha-256", "Repr-Digest: sha-256", "Content-Digest: sha-512"})
    void storesWhatHasItsDigest(String claim) {
        String[] parts = claim.split(": ", -1);

        RawResponse stored = bucket.put("a", BYTES, parts[0] + ": " + Bytes.digest(parts[1], BYTES));

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(bucket.get("a").body()).isEqualTo(BYTES);
    }

    /** I68: over sizes around the chunk's, a bit anywhere. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK})
    void storesNothingWithABitFlipped(int length) {
        byte[] body = Bytes.seeded(length, length);
        for (String algorithm : List.of("sha-256", "sha-512")) {
            String claim = "Repr-Digest: " + Bytes.digest(algorithm, body);
            for (int bit : new int[] {0, 4 * length, 8 * length - 1}) {
                assertProblem(bucket.put("a", Bytes.flipped(body, bit), claim), 400, "digest-mismatched-values");
            }
            assertProblem(bucket.get("a"), 404, "file-not-found");
        }
        assertThat(rows.statesSince(mark)).hasSize(6).containsOnly("ABORTING");
        assertNoneActive();

        assertThat(bucket.put("a", body, "Repr-Digest: " + Bytes.digest("sha-512", body))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void leavesTheGenerationThatWasThere() {
        RawResponse stored = bucket.stored("a", BYTES);

        RawResponse refused = bucket.put("a", OTHERS, "Content-Digest: " + Bytes.digest("sha-256", BYTES));

        assertProblem(refused, 400, "digest-mismatched-values");
        assertThat(refused.json().path("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#digest-mismatched-values");
        assertThat(refused.json().path("algorithm").asText()).isEqualTo("sha-256");
        RawResponse now = bucket.get("a");
        assertThat(now.body()).isEqualTo(BYTES);
        assertThat(now.header("ETag")).isEqualTo(stored.header("ETag"));
        assertThat(rows.statesSince(mark)).containsExactly("LIVE", "ABORTING");
        assertNoneActive();
    }

    @Test
    void checksTheNextGenerationByIdAndThePostedFile() {
        String right = "Content-Digest: " + Bytes.digest("sha-512", BYTES);
        String wrong = "Content-Digest: " + Bytes.digest("sha-512", OTHERS);
        String posted = bucket.path() + "/files?name=b";
        String byId = bucket.stored("a", OTHERS).header("Location") + "/content";

        assertProblem(bucket.exchange("PUT", byId, Optional.of(BYTES), wrong), 400, "digest-mismatched-values");
        assertProblem(bucket.exchange("POST", posted, Optional.of(BYTES), wrong), 400, "digest-mismatched-values");
        assertThat(bucket.get("a").body()).isEqualTo(OTHERS);
        assertThat(bucket.names()).containsExactly("a");

        assertThat(bucket.exchange("PUT", byId, Optional.of(BYTES), right).status())
                .isEqualTo(200);
        assertThat(bucket.exchange("POST", posted, Optional.of(BYTES), right, "Content-Type: image/png")
                        .status())
                .isEqualTo(201);
    }

    /** I67, I69: all that can be seen in the headers, before the body is asked for and before a row is written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha-256=:bad:|digest-invalid-values",
                "sha-256=:AQID:|digest-invalid-values",
                "rubbish!|digest-invalid-values",
                "md5=:CgjIWwWlaS1iVFm13MzYhA==:|digest-unsupported-algorithms",
                "crc32c=:AAAAAA==:|digest-unsupported-algorithms"
            })
    void refusesClaimsItCannotCheckBeforeTheBody(String claimAndCode) {
        String[] parts = claimAndCode.split("\\|", -1);
        for (String field : List.of("Content-Digest: ", "Repr-Digest: ")) {
            try (RawHttp http = bucket.connect()) {
                http.send(TestBucket.head(
                        "PUT", bucket.content("a"), Optional.of(5), "Expect: 100-continue", field + parts[0]));

                assertProblem(http.read(), 400, parts[1]);
            }
        }
        assertThat(rows.statesSince(mark)).isEmpty();
    }

    @Test
    void refusesTwoDifferentClaimsBeforeTheBody() {
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head(
                    "PUT",
                    bucket.content("a"),
                    Optional.of(BYTES.length),
                    "Expect: 100-continue",
                    "Content-Digest: " + Bytes.digest("sha-256", BYTES),
                    "Repr-Digest: " + Bytes.digest("sha-256", OTHERS)));

            assertProblem(http.read(), 400, "digest-mismatched-values");
        }
        assertThat(rows.statesSince(mark)).isEmpty();
    }

    @Test
    void checksWhatIsSentAgainToo() {
        String key = "Idempotency-Key: k-1";
        String right = "Content-Digest: " + Bytes.digest("sha-256", BYTES);
        String wrong = "Content-Digest: " + Bytes.digest("sha-256", OTHERS);
        RawResponse first = bucket.put("a", BYTES, key, right);

        assertThat(bucket.put("a", BYTES, key).json()).isEqualTo(first.json());
        assertThat(bucket.put("a", BYTES, key, right).json()).isEqualTo(first.json());
        assertProblem(bucket.put("a", BYTES, key, wrong), 400, "digest-mismatched-values");
        assertProblem(bucket.put("a", OTHERS, key, right), 400, "digest-mismatched-values");
        assertProblem(bucket.put("a", OTHERS, key, wrong), 422, "idempotency-key-reused");
        assertThat(rows.statesSince(mark)).containsExactly("LIVE");
        assertNoneActive();
    }

    @Test
    void aRefusedUploadFreesItsKey() {
        String key = "Idempotency-Key: k-2";
        String claim = "Content-Digest: " + Bytes.digest("sha-256", BYTES);
        assertProblem(bucket.put("a", OTHERS, key, claim), 400, "digest-mismatched-values");

        assertThat(bucket.put("a", BYTES, key, claim).status()).isEqualTo(201);
        assertThat(bucket.get("a").body()).isEqualTo(BYTES);
    }

    @Test
    void holdsAFormAgainstTheDigestOfTheWholeForm() {
        byte[] form = form("");
        byte[] ofTheFile = "hello".getBytes(StandardCharsets.US_ASCII);

        for (String algorithm : List.of("sha-256", "sha-512")) {
            assertProblem(
                    post(form, "Content-Digest: " + Bytes.digest(algorithm, ofTheFile)),
                    400,
                    "digest-mismatched-values");
            assertProblem(
                    post(form, "Repr-Digest: " + Bytes.digest(algorithm, ofTheFile)), 400, "digest-mismatched-values");
        }
        assertProblem(post(form, "Content-Digest: md5=:AQID:"), 400, "digest-unsupported-algorithms");
        assertThat(bucket.names()).isEmpty();
        assertThat(rows.statesSince(mark)).hasSize(4).containsOnly("ABORTING");
        assertNoneActive();

        assertThat(post(form, "Content-Digest: " + Bytes.digest("sha-512", form))
                        .status())
                .isEqualTo(201);
        assertThat(post(form, "Repr-Digest: " + Bytes.digest("sha-256", form)).status())
                .isEqualTo(200);
        assertThat(bucket.get("a").text()).isEqualTo("hello");
    }

    /** RFC 7578, section 4.8. */
    @Test
    void doesNotLookAtTheHeadersOfAPart() {
        assertThat(post(form("Content-Digest: " + Bytes.digest("sha-256", OTHERS) + "\r\n"))
                        .status())
                .isEqualTo(201);
    }

    private RawResponse post(byte[] form, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Type: " + FORM;
        return bucket.exchange("POST", bucket.path() + "/files", Optional.of(form), all);
    }

    private static byte[] form(String partHeader) {
        return ("--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n" + partHeader
                        + "\r\nhello\r\n--XyZ--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void assertNoneActive() {
        Metrics metrics = new Metrics(metricsEndpoint);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isZero());
    }
}
