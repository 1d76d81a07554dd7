package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.StoredChunks;
import dev.consigne.testing.TestBucket;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave, and clients that stop reading: nothing of them may stay. */
@QuarkusTest
class ClientFaultTest {
    private static final int CHUNK = 64 * 1024;
    private static final int LENGTH = 3 * CHUNK;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int LARGE = 50 << 20;

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    Pool pool;

    @Inject
    ReactiveMongoClient mongo;

    private TestBucket bucket;
    private ContentRows rows;
    private Metrics metrics;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
        rows = new ContentRows(pool);
        metrics = new Metrics(metricsEndpoint);
    }

    /** F29, by a reset and by an orderly end. */
    @ParameterizedTest
    @CsvSource({
        "0, true",
        "1, true",
        "65535, true",
        "65536, true",
        "65537, true",
        "196607, true",
        "0, false",
        "1, false",
        "65536, false",
        "196607, false"
    })
    void keepsNothingOfAnUploadThatIsCut(int sent, boolean reset) {
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LENGTH)))
                    .send(Bytes.seeded(1, LENGTH), 0, sent);
            await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));

            leave(http, reset);
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).containsExactly("ABORTING"));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isZero());
        assertProblem(bucket.get("a"), 404, "file-not-found");
        assertThat(bucket.names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5\r\nhello\r\n", "5\r\nhel", "5\r\nhello\r\n0\r\n"})
    void keepsNothingOfAChunkedUploadThatIsCut(String sent) {
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            http.send(
                    "PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + sent);
            await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).containsExactly("ABORTING"));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isZero());
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void keepsNothingOfAFormThatIsCut() {
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head(
                            "POST",
                            bucket.path() + "/files",
                            Optional.of(LENGTH),
                            "Content-Type: multipart/form-data; boundary=XyZ"))
                    .send("--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n")
                    .send(Bytes.seeded(1, CHUNK + 1));
            await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).containsExactly("ABORTING"));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isZero());
        assertThat(bucket.names()).isEmpty();
    }

    /** Nobody listens to a client for whose file the catalog is still asked; that it has gone must be known by then. */
    @Test
    void keepsNothingOfAReplacementThatIsCutBeforeItsFileIsFound() {
        String id = bucket.stored("a", Bytes.seeded(2, 1000)).json().path("id").asText();
        long mark = rows.mark();
        SqlConnection blocker = answer(pool.getConnection());
        try (RawHttp http = bucket.connect()) {
            // Given
            answer(blocker.query("BEGIN").execute());
            answer(blocker.query("LOCK TABLE file IN ACCESS EXCLUSIVE MODE").execute());
            http.send(TestBucket.head("PUT", Api.ROOT + "/files/" + id + "/content", Optional.of(LENGTH)));
            await().atMost(SOON).until(() -> blockedBy(blocker) == 1);

            // When
            http.reset();
            assertThat(blockedBy(blocker)).isOne();
        } finally {
            answer(blocker.query("ROLLBACK").execute());
            answer(blocker.close());
        }

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).containsExactly("ABORTING"));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isZero());
    }

    private static long blockedBy(SqlConnection blocker) {
        return answer(blocker.query(
                                "SELECT count(*) AS n FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
                        .execute())
                .iterator()
                .next()
                .getLong("n");
    }

    private static <T> T answer(Uni<T> uni) {
        return uni.await().atMost(SOON);
    }

    @Test
    void keepsTheOldContentWhenItsReplacementIsCut() {
        byte[] old = Bytes.seeded(2, 1000);
        bucket.stored("a", old);
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LENGTH)))
                    .send(Bytes.seeded(1, LENGTH), 0, LENGTH - 1);
            await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));
            http.reset();
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).containsExactly("ABORTING"));
        assertThat(bucket.get("a").body()).isEqualTo(old);
    }

    /** F37: whoever listens to the end hears nothing that sounds like success. */
    @Test
    void neverPublishesABodyThatEndsTooEarly() {
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LENGTH)))
                    .send(Bytes.seeded(1, LENGTH), 0, LENGTH - 1);
            await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));
            http.endOutput();

            assertThat(http.readIfAny().map(RawResponse::status)).isIn(Optional.empty(), Optional.of(400));
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).containsExactly("ABORTING"));
        assertThat(bucket.names()).isEmpty();
    }

    /** F34. */
    @Test
    void servesOthersBesideAThousandIdleConnections() {
        List<RawHttp> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                idle.add(bucket.connect());
            }

            assertThat(metrics.value("consigne_uploads_active"))
                    .as("management answers")
                    .isZero();
            bucket.stored("a", Bytes.seeded(1, LENGTH));
            RawResponse last = idle.get(999)
                    .send(TestBucket.head("GET", bucket.content("a"), Optional.empty()))
                    .read();
            assertThat(last.body()).isEqualTo(Bytes.seeded(1, LENGTH));
        } finally {
            idle.forEach(RawHttp::close);
        }
    }

    /** F30: the last byte is what counts, not whether somebody waits for the answer. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void publishesWhatIsWholeAlsoWhenTheClientHasGone(boolean reset) {
        byte[] body = Bytes.seeded(1, LENGTH);
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LENGTH)));
            await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));
            http.send(body);
            if (!reset) {
                http.close();
            }
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows.statesSince(mark)).containsExactly("LIVE"));
        assertThat(bucket.get("a").body()).isEqualTo(body);
    }

    /** F36. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stopsADownloadWhoseClientHasGone(boolean reset) {
        UUID content = largeFile("a");
        double before = cancelled();
        try (RawHttp http = RawHttp.open(service, CHUNK)) {
            http.send(TestBucket.head("GET", bucket.content("a"), Optional.empty()))
                    .readHead();
            http.readBytes(CHUNK + 1);
            assertThat(metrics.value("consigne_downloads_active")).isEqualTo(1);

            leave(http, reset);
        }

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(metrics.value("consigne_downloads_active")).isZero();
            assertThat(cancelled()).isEqualTo(before + 1);
        });
        forget("a", content);
    }

    /** F35: another client takes the whole file meanwhile, so a service that read ahead would have had the time. */
    @Test
    void readsNoFurtherThanTheClientDoes() throws Exception {
        UUID content = largeFile("a");
        double before = metrics.value("consigne_download_bytes_total");
        try (RawHttp stalled = RawHttp.open(service, CHUNK)) {
            stalled.send(TestBucket.head("GET", bucket.content("a"), Optional.empty()))
                    .readHead();
            stalled.readBytes(CHUNK);
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (RawHttp other = bucket.connect()) {
                RawResponse head = other.send(TestBucket.head("GET", bucket.content("a"), Optional.empty()))
                        .readHead();
                for (int left = LARGE; left > 0; left -= 1 << 20) {
                    digest.update(other.readBytes(1 << 20));
                }
                assertThat(head.header("ETag")).isEqualTo('"' + HexFormat.of().formatHex(digest.digest()) + '"');
            }
            stalled.reset();
        }

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_downloads_active")).isZero());
        double taken = metrics.value("consigne_download_bytes_total") - before - LARGE;
        assertThat(taken).isBetween((double) CHUNK, 12.0 * (1 << 20)); // socket buffers may take some MiB
        forget("a", content);
    }

    private double cancelled() {
        return metrics.value("consigne_download_duration_seconds_count", "result=\"cancelled\"");
    }

    private UUID largeFile(String name) {
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content(name), Optional.of(LARGE)));
            byte[] piece = Bytes.seeded(1, 1 << 20);
            for (int sent = 0; sent < LARGE; sent += piece.length) {
                http.send(piece);
            }
            RawResponse stored = http.read();
            assertThat(stored.status()).as("%s", stored).isEqualTo(201);
            return rows.contentOf(UUID.fromString(stored.json().path("id").asText()));
        }
    }

    private void forget(String name, UUID content) {
        bucket.delete(name);
        new StoredChunks(mongo).deleteAll(content, LARGE / CHUNK);
    }

    private static void leave(RawHttp http, boolean reset) {
        if (reset) {
            http.reset();
        } else {
            http.close();
        }
    }
}
