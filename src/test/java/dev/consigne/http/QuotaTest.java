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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code maxBytes} of a bucket, as clients meet it. */
@QuarkusTest
class QuotaTest {
    private static final int CHUNK = 64 * 1024;
    private static final int QUOTA = 4 * CHUNK;

    @TestHTTPResource("/")
    URI service;

    @Inject
    Pool pool;

    private TestBucket bucket;
    private ContentRows rows;
    private long mark;

    @BeforeEach
    void limitABucket() {
        bucket = TestBucket.create(service);
        assertThat(settings("{\"maxBytes\": " + QUOTA + "}").status()).isEqualTo(200);
        rows = new ContentRows(pool);
        mark = rows.mark();
    }

    @Test
    void showsHowFullTheBucketIs() {
        bucket.stored("a", Bytes.seeded(1, 100));
        bucket.stored("b", Bytes.seeded(2, 50));
        bucket.stored("a", Bytes.seeded(3, 10));
        bucket.delete("b");

        RawResponse shown = bucket.exchange("GET", bucket.path(), Optional.empty());

        assertThat(shown.json().path("maxBytes").asLong()).isEqualTo(QUOTA);
        assertThat(shown.json().path("usedBytes").asLong()).isEqualTo(10);
        RawResponse unlimited = settings("{}");
        assertThat(unlimited.json().has("maxBytes")).isFalse();
        assertThat(unlimited.json().has("usedBytes")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "\"1\"", "9223372036854775808"})
    void refusesQuotasThatAreNone(String quota) {
        RawResponse refused = assertProblem(settings("{\"maxBytes\": " + quota + "}"), 400, "invalid-body");

        assertThat(refused.json().path("pointer").asText()).isEqualTo("/maxBytes");
    }

    @Test
    void refusesADeclaredLengthThatDoesNotFitBeforeTheBody() {
        bucket.stored("a", Bytes.seeded(1, CHUNK));
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("b"), Optional.of(QUOTA), "Expect: 100-continue"));

            RawResponse refused = assertProblem(http.read(), 507, "quota-exceeded");

            assertThat(refused.json().path("limit").asLong()).isEqualTo(QUOTA);
            assertThat(refused.json().path("used").asLong()).isEqualTo(CHUNK);
            assertThat(refused.json().path("reserved").asLong()).isZero();
            assertThat(refused.header("Retry-After")).isEmpty();
        }
        assertThat(rows.statesSince(mark)).containsExactly("LIVE");
    }

    @Test
    void endsABodyOfUnknownLengthWhenNothingIsLeft() {
        bucket.stored("a", Bytes.seeded(1, CHUNK));

        RawResponse refused = chunked("b", Bytes.seeded(2, QUOTA - CHUNK + 1));

        assertProblem(refused, 507, "quota-exceeded");
        assertThat(rows.statesSince(mark)).containsExactly("LIVE", "ABORTING");
        assertThat(chunked("b", Bytes.seeded(2, QUOTA - CHUNK)).status()).isEqualTo(201);
    }

    @Test
    void saysThatAFileIsTooLargeWhereThatLimitIsTheLower() {
        settings("{\"maxBytes\": " + QUOTA + ", \"maxFileBytes\": 10}");

        assertProblem(bucket.put("a", new byte[11]), 413, "content-too-large");
        assertProblem(chunked("a", new byte[11]), 413, "content-too-large");
    }

    /** F80: each is 60 % of the quota; none is let through on the hope that others fail. */
    @Test
    void storesExactlyOneOfTenThatFitOnlyAlone() throws Exception {
        byte[] body = Bytes.seeded(4, QUOTA * 6 / 10);
        ExecutorService clients = Executors.newFixedThreadPool(10);
        try {
            List<CompletableFuture<Integer>> uploads = IntStream.range(0, 10)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> bucket.put("n" + i, body).status(), clients))
                    .toList();
            List<Integer> statuses = uploads.stream()
                    .map(upload -> upload.orTimeout(30, TimeUnit.SECONDS).join())
                    .toList();

            assertThat(Collections.frequency(statuses, 201)).as("%s", statuses).isEqualTo(1);
            assertThat(Collections.frequency(statuses, 507)).as("%s", statuses).isEqualTo(9);
        } finally {
            clients.shutdownNow();
        }
        assertThat(bucket.names()).hasSize(1);
        assertThat(rows.statesSince(mark))
                .as("nothing was written for the others")
                .containsExactly("LIVE");
    }

    private RawResponse settings(String json) {
        return bucket.exchange(
                "PUT",
                bucket.path(),
                Optional.of(json.getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");
    }

    private RawResponse chunked(String name, byte[] body) {
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content(name) + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            http.send(Integer.toHexString(body.length) + "\r\n").sendUnlessRefused(body);
            http.sendUnlessRefused("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return http.read();
        }
    }
}
