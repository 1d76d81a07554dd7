package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Idempotency-Key}: an upload that is sent twice is stored once. */
@QuarkusTest
class IdempotencyTest {
    private static final int CHUNK = 64 * 1024;
    private static final String KEY = "Idempotency-Key: k-1";

    @TestHTTPResource("/")
    URI service;

    @Inject
    Pool pool;

    private final byte[] bytes = Bytes.seeded(11, 2 * CHUNK + 3);
    private TestBucket bucket;
    private ContentRows rows;
    private long mark;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
        rows = new ContentRows(pool);
        mark = rows.mark();
    }

    /** F38. */
    @Test
    void answersTheSecondRequestAsTheFirstAndStoresOnce() {
        RawResponse first = bucket.put("a", bytes, KEY);
        RawResponse second = bucket.put("a", bytes, KEY);

        assertThat(first.status()).isEqualTo(201);
        assertSameAnswer(second, first);
        assertThat(rows.statesSince(mark)).containsExactly("LIVE");
        assertThat(bucket.get("a").body()).isEqualTo(bytes);
    }

    @Test
    void answersAReplacementAgainWith200() {
        bucket.stored("a", Bytes.seeded(12, 10));
        RawResponse replaced = bucket.put("a", bytes, KEY);

        RawResponse again = bucket.put("a", bytes, KEY);

        assertThat(again.status()).isEqualTo(200);
        assertSameAnswer(again, replaced);
        assertThat(again.json().path("generation").asInt()).isEqualTo(2);
    }

    @Test
    void leavesWhatCameAfterAlone() {
        RawResponse first = bucket.put("a", bytes, KEY);
        byte[] later = Bytes.seeded(13, 100);
        bucket.stored("a", later);

        assertSameAnswer(bucket.put("a", bytes, KEY), first);

        assertThat(bucket.get("a").body()).isEqualTo(later);
    }

    @Test
    void knowsAKeyInQuotationMarksForTheSame() {
        RawResponse first = bucket.put("a", bytes, KEY);

        assertSameAnswer(bucket.put("a", bytes, "Idempotency-Key: \"k-1\""), first);
    }

    @Test
    void takesKeysOfRawPostsAndForms() {
        String raw = bucket.path() + "/files?name=raw";
        RawResponse posted = bucket.exchange("POST", raw, Optional.of(bytes), KEY, "Content-Type: a/b");
        assertThat(posted.status()).isEqualTo(201);
        assertSameAnswer(bucket.exchange("POST", raw, Optional.of(bytes), KEY, "Content-Type: a/b"), posted);

        RawResponse form = form("hello");
        assertThat(form.status()).isEqualTo(201);
        assertSameAnswer(form("hello"), form);
        assertProblem(form("jello"), 422, "idempotency-key-reused");
        assertThat(rows.statesSince(mark)).containsExactly("LIVE", "LIVE");
    }

    @Test
    void takesAnEmptyBodyTwice() {
        RawResponse first = bucket.put("empty", new byte[0], KEY);

        assertSameAnswer(bucket.put("empty", new byte[0], KEY), first);
    }

    /** F40. */
    @Test
    void refusesOtherBytesUnderTheSameKey() {
        bucket.stored("a", bytes, KEY);
        byte[] other = bytes.clone();
        other[other.length - 1] ^= 1;

        RawResponse refused = assertProblem(bucket.put("a", other, KEY), 422, "idempotency-key-reused");
        assertThat(refused.json().path("header").asText()).isEqualTo("Idempotency-Key");

        assertThat(bucket.get("a").body()).isEqualTo(bytes);
        assertThat(rows.statesSince(mark)).containsExactly("LIVE");
    }

    /** F40: chunked bodies do not say their length before. */
    @Test
    void refusesShorterAndLongerBodiesUnderTheSameKey() {
        assertThat(chunked(bytes).status()).isEqualTo(201);

        assertProblem(chunked(Arrays.copyOf(bytes, bytes.length - 1)), 422, "idempotency-key-reused");
        assertProblem(chunked(Arrays.copyOf(bytes, bytes.length + 1)), 422, "idempotency-key-reused");
        assertThat(chunked(bytes).status()).isEqualTo(201);
    }

    /** F40. */
    @Test
    void refusesAnotherRequestUnderTheSameKeyBeforeItsBody() {
        bucket.stored("a", bytes, KEY);

        RawResponse longer = assertProblem(unsent("a", bytes.length + 1), 422, "idempotency-key-reused");
        assertThat(longer.json().path("header").asText()).isEqualTo("Idempotency-Key");
        assertProblem(unsent("b", bytes.length), 422, "idempotency-key-reused");
        assertProblem(unsent("a", bytes.length, "Content-Type: text/plain"), 422, "idempotency-key-reused");
        assertThat(bucket.names()).containsExactly("a");
    }

    /** F39: the second arrives while the first is half sent; both are answered by the one content. */
    @Test
    void asksToComeBackWhileTheFirstRequestRuns() {
        String head = TestBucket.head("PUT", bucket.content("a"), Optional.of(bytes.length), KEY);
        try (RawHttp first = bucket.connect()) {
            first.send(head).send(bytes, 0, CHUNK);
            awaitPending();

            RawResponse second = assertProblem(bucket.put("a", bytes, KEY), 409, "request-in-progress");

            assertThat(second.header("Retry-After")).isNotEmpty();
            RawResponse stored = first.send(bytes, CHUNK, bytes.length - CHUNK).read();
            assertThat(stored.status()).isEqualTo(201);
            assertSameAnswer(bucket.put("a", bytes, KEY), stored);
        }
        assertThat(rows.statesSince(mark)).containsExactly("LIVE");
    }

    @Test
    void storesUnderTheKeyOfAnUploadThatBroke() {
        String head = TestBucket.head("PUT", bucket.content("a"), Optional.of(bytes.length), KEY);
        try (RawHttp first = bucket.connect()) {
            first.send(head).send(bytes, 0, CHUNK);
            awaitPending();
            first.reset();
        }
        awaitState("ABORTING");

        assertThat(bucket.put("a", bytes, KEY).status()).isEqualTo(201);

        assertThat(rows.statesSince(mark)).containsExactly("ABORTING", "LIVE");
    }

    /** I71. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "\"", "\"a", "\"a\"b", "\"\"", "\"a\\b\"", "\u00e9", "a\tb"})
    void refusesKeysThatAreNone(String key) {
        assertProblem(bucket.put("a", bytes, "Idempotency-Key: " + key), 400, "invalid-idempotency-key");
        assertProblem(
                bucket.exchange(
                        "POST",
                        bucket.path() + "/files",
                        Optional.of(new byte[0]),
                        "Content-Type: multipart/form-data; boundary=x",
                        "Idempotency-Key: " + key),
                400,
                "invalid-idempotency-key");
        assertThat(bucket.names()).isEmpty();
    }

    /** I71. */
    @Test
    void refusesKeysOfMoreThan255CharactersAndMoreThanOne() {
        assertProblem(bucket.put("a", bytes, "Idempotency-Key: " + "k".repeat(256)), 400, "invalid-idempotency-key");
        assertProblem(bucket.put("a", bytes, KEY, KEY), 400, "invalid-idempotency-key");

        assertThat(bucket.put("a", bytes, "Idempotency-Key: " + "k".repeat(255)).status())
                .isEqualTo(201);
    }

    private static void assertSameAnswer(RawResponse again, RawResponse first) {
        assertThat(again.status()).as("%s", again).isEqualTo(first.status());
        assertThat(again.text()).isEqualTo(first.text());
        for (String header : List.of("ETag", "Location", "Content-Type")) {
            assertThat(again.header(header))
                    .as(header)
                    .isEqualTo(first.header(header))
                    .isNotEmpty();
        }
    }

    private RawResponse form(String content) {
        String body =
                "--x\r\nContent-Disposition: form-data; name=f; filename=form.txt\r\n\r\n" + content + "\r\n--x--\r\n";
        return bucket.exchange(
                "POST",
                bucket.path() + "/files",
                Optional.of(body.getBytes(StandardCharsets.ISO_8859_1)),
                "Content-Type: multipart/form-data; boundary=x",
                "Idempotency-Key: form");
    }

    private RawResponse chunked(byte[] body) {
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content("c") + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" + KEY
                    + "\r\n\r\n");
            http.send(Integer.toHexString(body.length) + "\r\n").send(body).send("\r\n0\r\n\r\n");
            return http.read();
        }
    }

    /** The head alone, with the announcement of a body. */
    private RawResponse unsent(String name, int length, String... headers) {
        try (RawHttp http = bucket.connect()) {
            String[] all = Arrays.copyOf(headers, headers.length + 1);
            all[headers.length] = KEY;
            return http.send(TestBucket.head("PUT", bucket.content(name), Optional.of(length), all))
                    .read();
        }
    }

    private void awaitPending() {
        awaitState("PENDING");
    }

    /** The last upload comes to the state soon. */
    private void awaitState(String state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).endsWith(state));
    }
}
