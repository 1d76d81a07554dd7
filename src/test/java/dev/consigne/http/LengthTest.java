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
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a body may be, how it says so, and when that is judged. */
@QuarkusTest
class LengthTest {
    private static final int CHUNK = 64 * 1024;
    private static final int LIMIT = 3 * CHUNK;

    @TestHTTPResource("/")
    URI service;

    @Inject
    Pool pool;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service, LIMIT);
    }

    /** I27. */
    @Test
    void refusesADeclaredLengthOverTheLimitBeforeTheBody() {
        long mark = new ContentRows(pool).mark();
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LIMIT + 1)));

            RawResponse refused = assertProblem(http.read(), 413, "content-too-large");

            assertThat(refused.json().path("limit").asLong()).isEqualTo(LIMIT);
        }
        assertThat(bucket.names()).isEmpty();
        assertThat(new ContentRows(pool).statesSince(mark)).isEmpty();
    }

    /** I27: more than the service takes, and more than a number holds. */
    @Test
    void refusesADeclaredLengthOverTheLimitOfTheService() {
        TestBucket unlimited = TestBucket.create(service);
        try (RawHttp http = unlimited.connect()) {
            http.send("PUT " + unlimited.content("a")
                    + " HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775807\r\n\r\n");

            RawResponse refused = assertProblem(http.read(), 413, "content-too-large");

            assertThat(refused.json().path("limit").asLong()).isEqualTo(1L << 40);
        }
        assertThat(unlimited.names()).isEmpty();
    }

    /** I28. */
    @Test
    void refusesAChunkedBodyAsSoonAsItIsOverTheLimit() {
        ContentRows rows = new ContentRows(pool);
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            http.send(piece(Bytes.seeded(1, LIMIT))).send("1\r\nx\r\n");

            RawResponse refused = assertProblem(http.read(), 413, "content-too-large");

            assertThat(refused.json().path("limit").asLong()).isEqualTo(LIMIT);
            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        assertThat(bucket.names()).isEmpty();
        assertThat(rows.statesSince(mark)).containsExactly("ABORTING");
    }

    /** I30. */
    @Test
    void takesExactlyTheLimit() {
        byte[] body = Bytes.seeded(2, LIMIT);

        assertThat(bucket.put("declared", body).status()).isEqualTo(201);
        assertThat(chunked("chunked", body, LIMIT).status()).isEqualTo(201);

        assertThat(bucket.get("declared").body()).isEqualTo(body);
        assertThat(bucket.get("chunked").body()).isEqualTo(body);
    }

    /** I29, I31, and a size that is many reads and no multiple of anything. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 7 * CHUNK, (5 << 20) + 3})
    void givesBackWhatItWasGiven(int length) {
        TestBucket unlimited = TestBucket.create(service);
        byte[] body = Bytes.seeded(length, length);

        RawResponse stored = unlimited.put("a", body);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(stored.json().path("length").asLong()).isEqualTo(length);
        assertThat(stored.json().path("sha256").asText()).isEqualTo(Bytes.sha256(body));
        RawResponse got = unlimited.get("a");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.whole()).isTrue();
        assertThat(got.header("Content-Length")).isEqualTo(Integer.toString(length));
        assertThat(got.header("ETag")).isEqualTo('"' + Bytes.sha256(body) + '"');
        assertThat(Bytes.sha256(got.body())).isEqualTo(Bytes.sha256(body));
        ContentRows rows = new ContentRows(pool);
        UUID content = rows.contentOf(UUID.fromString(stored.json().path("id").asText()));
        assertThat(rows.chunkCount(content)).isEqualTo((length + CHUNK - 1) / CHUNK);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, CHUNK, CHUNK + 1})
    void takesChunkedBodiesInPiecesOfAnySize(int piece) {
        byte[] body = Bytes.seeded(3, piece == 1 ? 100 : 2 * CHUNK + 5);

        RawResponse stored = chunked("a", body, piece);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(bucket.get("a").body()).isEqualTo(body);
    }

    @Test
    void takesAnEmptyChunkedBody() {
        assertThat(chunked("a", new byte[0], 1).json().path("length").asLong()).isZero();
        assertThat(bucket.get("a").body()).isEmpty();
    }

    @Test
    void saysContinueWhenTheBodyIsWanted() {
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(5), "Expect: 100-continue"));

            assertThat(http.read().status()).isEqualTo(100);
            assertThat(http.send("hello").read().status()).isEqualTo(201);
        }
        assertThat(bucket.get("a").text()).isEqualTo("hello");
    }

    @Test
    void doesNotSayContinueBeforeARefusal() {
        String expect = "Expect: 100-continue";
        String unknown = "/api/v1/buckets/no-such-bucket/content/a";
        assertProblem(unsent(TestBucket.head("PUT", unknown, Optional.of(5), expect)), 404, "bucket-not-found");
        assertProblem(
                unsent(TestBucket.head("PUT", bucket.content("a"), Optional.of(LIMIT + 1), expect)),
                413,
                "content-too-large");
        assertProblem(
                unsent(TestBucket.head("PUT", bucket.content("a%00"), Optional.of(5), expect)), 400, "invalid-name");
        assertProblem(
                unsent(TestBucket.head("PUT", bucket.content("a"), Optional.of(5), "Expect: 200-ok")),
                417,
                "expectation-failed");
        assertThat(bucket.names()).isEmpty();
    }

    private RawResponse unsent(String head) {
        try (RawHttp http = bucket.connect()) {
            return http.send(head).read();
        }
    }

    private RawResponse chunked(String name, byte[] body, int piece) {
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content(name) + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int start = 0; start < body.length; start += piece) {
                http.send(piece(java.util.Arrays.copyOfRange(body, start, Math.min(body.length, start + piece))));
            }
            return http.send("0\r\n\r\n").read();
        }
    }

    private static byte[] piece(byte[] bytes) {
        byte[] head =
                String.format(Locale.ROOT, "%x\r\n", bytes.length).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] piece = new byte[head.length + bytes.length + 2];
        System.arraycopy(head, 0, piece, 0, head.length);
        System.arraycopy(bytes, 0, piece, head.length, bytes.length);
        piece[piece.length - 2] = '\r';
        piece[piece.length - 1] = '\n';
        return piece;
    }
}
