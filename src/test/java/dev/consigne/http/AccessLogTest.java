package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.LogLines;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.StoredChunks;
import dev.consigne.testing.TestBucket;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The one line of each request: what it tells, and that it comes however the request ends. */
@QuarkusTest
class AccessLogTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int SMALL_WINDOW = 64 * 1024;

    /** More than the buffers of both kernels hold. */
    private static final int LARGE = 50 << 20;

    private static final byte[] BODY = Bytes.seeded(1, 100_000);
    private static final String CONTENT = "/api/v1/buckets/{bucket}/content/{name: .*}";

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    Pool pool;

    @Inject
    ReactiveMongoClient mongo;

    private final String id = "access-" + UUID.randomUUID();
    private final String header = "X-Request-Id: " + id;
    private TestBucket bucket;
    private LogLines log;

    @BeforeEach
    void listen() {
        bucket = TestBucket.create(service);
        log = LogLines.kept();
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void tellsWhatAnUploadWas() {
        RawResponse stored = bucket.stored("a", BODY, header);

        JsonNode line = line();
        assertThat(text(line, "method")).isEqualTo("PUT");
        assertThat(text(line, "route")).isEqualTo(CONTENT);
        assertThat(text(line, "status")).isEqualTo("201");
        assertThat(number(line, "bytesIn")).isEqualTo(BODY.length);
        assertThat(number(line, "bytesOut")).isEqualTo(stored.body().length);
        assertThat(text(line, "fileId")).isEqualTo(stored.json().path("id").asText());
        assertThat(text(line, "contentId")).isEqualTo(contentOf(stored).toString());
        assertThat(number(line, "durationMs")).isBetween(0L, SOON.toMillis());
        assertThat(number(line, "firstByteMs")).isLessThanOrEqualTo(number(line, "durationMs"));
        assertThat(line.has("code")).isFalse();
        assertThat(line.has("abort")).isFalse();
    }

    @Test
    void tellsWhatADownloadWas() {
        RawResponse stored = bucket.stored("a", BODY);

        bucket.get("a", header, "Range: bytes=10-19");

        JsonNode line = line();
        assertThat(text(line, "method")).isEqualTo("GET");
        assertThat(text(line, "route")).isEqualTo(CONTENT);
        assertThat(text(line, "status")).isEqualTo("206");
        assertThat(number(line, "bytesIn")).isZero();
        assertThat(number(line, "bytesOut")).isEqualTo(10);
        assertThat(text(line, "fileId")).isEqualTo(stored.json().path("id").asText());
        assertThat(text(line, "contentId")).isEqualTo(contentOf(stored).toString());
    }

    @Test
    void timesTheFirstByteOfDownloadsAndOfNothingElse() {
        Metrics metrics = new Metrics(metricsEndpoint);
        bucket.stored("a", BODY);
        double answered = metrics.value("consigne_download_first_byte_seconds_count");
        double read = metrics.value("consigne_chunk_read_duration_seconds_count");

        bucket.get("a", header);
        bucket.head("a");
        bucket.list("");

        line();
        assertThat(metrics.value("consigne_download_first_byte_seconds_count")).isEqualTo(answered + 1);
        assertThat(metrics.value("consigne_chunk_read_duration_seconds_count")).isGreaterThan(read);
    }

    @Test
    void tellsTheFileOfAPathByItsId() {
        UUID unknown = UUID.randomUUID();

        bucket.exchange("GET", "/api/v1/files/" + unknown, Optional.empty(), header);

        JsonNode line = line();
        assertThat(text(line, "route")).isEqualTo("/api/v1/files/{id}");
        assertThat(text(line, "fileId")).isEqualTo(unknown.toString());
        assertThat(text(line, "status")).isEqualTo("404");
        assertThat(text(line, "code")).isEqualTo("file-not-found");
    }

    @Test
    void tellsTheTraceThatTheRequestBelongsTo() {
        bucket.exchange(
                "GET",
                bucket.path(),
                Optional.empty(),
                header,
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        assertThat(text(line(), "traceId")).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void tellsOfRequestsThatReachNothing() {
        bucket.exchange("GET", "/api/v1/nothing-here", Optional.empty(), header);

        JsonNode line = line();
        assertThat(text(line, "route")).isEqualTo("refused");
        assertThat(text(line, "code")).isEqualTo("not-found");
    }

    @Test
    void tellsOfAPathThatRoutingDoesNotTake() {
        bucket.exchange("GET", "http:", Optional.empty(), header);

        assertThat(text(line(), "status")).isEqualTo("400");
    }

    @Test
    void tellsThatTheClientOfAnUploadWent() {
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LARGE), header))
                    .send(BODY)
                    .reset();
        }

        JsonNode line = line();
        assertThat(text(line, "abort")).isEqualTo("client-gone");
        assertThat(text(line, "status")).isEqualTo("none");
        assertThat(number(line, "bytesIn")).isLessThan(LARGE);
    }

    @Test
    void tellsThatTheClientOfADownloadWent() {
        bucket.stored("a", Bytes.seeded(2, LARGE));
        try (RawHttp http = RawHttp.open(service, SMALL_WINDOW)) {
            http.send(TestBucket.head("GET", bucket.content("a"), Optional.empty(), header))
                    .readHead();
            http.reset();
        }

        JsonNode line = line();
        assertThat(text(line, "abort")).isEqualTo("client-gone");
        assertThat(text(line, "status")).isEqualTo("200");
        assertThat(number(line, "bytesOut")).isLessThan(LARGE);
    }

    @Test
    void tellsOfAnUploadThatWasRefusedBeforeItsBody() {
        TestBucket small = TestBucket.create(service, 10);
        try (RawHttp http = small.connect()) {
            http.send(TestBucket.head("PUT", small.content("a"), Optional.of(11), header, "Expect: 100-continue"))
                    .read();
        }

        JsonNode line = line();
        assertThat(text(line, "status")).isEqualTo("413");
        assertThat(text(line, "code")).isEqualTo("content-too-large");
        assertThat(number(line, "bytesIn")).isZero();
    }

    @Test
    void tellsOfABodyThatIsNoMessageAnyMore() {
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" + header
                            + "\r\n\r\n5\r\nhello\r\nnot a length\r\n")
                    .closedByPeer();
        }

        assertThat(text(line(), "method")).isEqualTo("PUT");
    }

    @Test
    void tellsOfEachRequestOfOneConnection() {
        String get = TestBucket.head("GET", bucket.content("a"), Optional.empty(), header);
        try (RawHttp http = bucket.connect()) {
            http.send(get + get + get);
            for (int answer = 0; answer < 3; answer++) {
                assertThat(http.read().status()).isEqualTo(404);
            }
        }

        await().atMost(SOON).until(() -> log.requests(id).size() >= 3);
        bucket.list("");
        assertThat(log.requests(id))
                .hasSize(3)
                .allSatisfy(line -> assertThat(text(line, "status")).isEqualTo("404"));
    }

    @Test
    void tellsThatADownloadFailedHalfWay() {
        UUID content = contentOf(bucket.stored("a", Bytes.seeded(3, 40 * 64 * 1024)));
        new StoredChunks(mongo).delete(content, 39);

        bucket.get("a", header);

        assertThat(text(line(), "abort")).isEqualTo("failed");
    }

    @Test
    void tellsAllOfItInTheMessageToo() {
        bucket.get("a", header);

        line();
        JsonNode whole = log.of("dev.consigne.access").stream()
                .filter(line -> line.path("mdc").path("requestId").asText().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(whole.path("level").asText()).isEqualTo("INFO");
        assertThat(whole.path("message").asText())
                .startsWith("requestId=" + id + " method=GET route=" + CONTENT + " status=404 bytesIn=0 ")
                .endsWith(" code=file-not-found");
    }

    /** The only line of the request: a second would come before that of the request after it. */
    private JsonNode line() {
        await().atMost(SOON).until(() -> !log.requests(id).isEmpty());
        bucket.list("");
        List<JsonNode> lines = log.requests(id);
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }

    private UUID contentOf(RawResponse stored) {
        return new ContentRows(pool)
                .contentOf(UUID.fromString(stored.json().path("id").asText()));
    }

    private static String text(JsonNode line, String key) {
        return line.path(key).asText();
    }

    private static long number(JsonNode line, String key) {
        assertThat(text(line, key)).matches("\\d+");
        return Long.parseLong(text(line, key));
    }
}
