package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.file.Chunk;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.job.Collector;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.CatalogClock;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.StoredChunks;
import dev.consigne.testing.TestBucket;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that take their time, at a service that gives them little of it. */
@QuarkusTest
@TestProfile(ImpatientServiceTest.Impatient.class)
class ImpatientServiceTest {
    private static final int CHUNK = 64 * 1024;
    private static final int LENGTH = 3 * CHUNK;
    private static final int LARGE = 50 << 20;
    private static final int MAX_STEPS = 500;
    private static final int MAX_CONNECTIONS = 100;
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Everything that takes minutes in production takes seconds. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "consigne.file.heartbeat", "1s",
                    "consigne.file.max-download-time", "2s",
                    "consigne.http.min-rate-window", "3s",
                    "quarkus.http.limits.max-connections", Integer.toString(MAX_CONNECTIONS));
        }
    }

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    Pool pool;

    @Inject
    ReactiveMongoClient mongo;

    @Inject
    ChunkStore chunkStore;

    @Inject
    Collector collector;

    private TestBucket bucket;
    private ContentRows rows;
    private Metrics metrics;
    private CatalogClock clock;

    @BeforeEach
    void makeBucket() {
        clock = new CatalogClock(pool);
        clock.restore();
        bucket = TestBucket.create(service);
        rows = new ContentRows(pool);
        metrics = new Metrics(metricsEndpoint);
    }

    @AfterEach
    void restoreClock() {
        clock.restore();
    }

    /** F31. */
    @Test
    void cutsAnUploadThatStandsStill() {
        long mark = rows.mark();
        double before = cutOff("upload", "rate");
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LENGTH)))
                    .send(Bytes.seeded(1, LENGTH), 0, CHUNK + 1);

            assertProblem(http.read(), 408, "upload-too-slow");
            assertThat(cutOff("upload", "rate")).isEqualTo(before + 1);

            assertThat(rows.statesSince(mark)).containsExactly("ABORTING");
            assertThat(http.closedByPeer()).isTrue();
        }
        assertNothingRuns();
        assertThat(bucket.names()).isEmpty();
    }

    /** F32. Others are not affected. */
    @Test
    void cutsAnUploadThatTricklesIn() {
        long mark = rows.mark();
        ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LENGTH)));
            await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));
            var unused = drip.scheduleAtFixedRate(() -> http.send("x"), 0, 50, TimeUnit.MILLISECONDS);
            bucket.stored("other", Bytes.seeded(2, LENGTH));

            assertProblem(http.read(), 408, "upload-too-slow");

            assertThat(rows.statesSince(mark)).containsExactlyInAnyOrder("ABORTING", "LIVE");
            assertThat(http.closedByPeer()).isTrue();
        } finally {
            drip.shutdownNow();
        }
        assertNothingRuns();
        assertThat(bucket.names()).containsExactly("other");
    }

    @Test
    void cutsAFormThatStandsStillBeforeItsFile() {
        assertFormCut("--XyZ\r\nContent-Disposition: form-data; name=\"f", List.of());
    }

    @Test
    void cutsAFormThatStandsStillInItsFile() {
        assertFormCut(
                "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello",
                List.of("ABORTING"));
    }

    @Test
    void cutsAFormThatStandsStillAfterItsFile() {
        assertFormCut(
                "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello\r\n--XyZ\r\nCont",
                List.of("ABORTING"));
    }

    private void assertFormCut(String sent, List<String> states) {
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head(
                            "POST",
                            bucket.path() + "/files",
                            Optional.of(LENGTH),
                            "Content-Type: multipart/form-data; boundary=XyZ"))
                    .send(sent);

            assertProblem(http.read(), 408, "upload-too-slow");

            assertThat(rows.statesSince(mark)).isEqualTo(states);
            assertThat(http.closedByPeer()).isTrue();
        }
        assertNothingRuns();
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void cutsAJsonBodyThatStandsStill() {
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.path(), Optional.of(100), "Content-Type: application/json"))
                    .send("{");

            assertProblem(http.read(), 408, "upload-too-slow");
        }
    }

    /** F35. A clean end that comes too early would be worse than any error. */
    @Test
    void breaksADownloadOffThatTakesTooLong() {
        UUID content = largeFile("a");
        double before = cancelledDownloads();
        double cutBefore = cutOff("download", "total");
        try (RawHttp http = RawHttp.open(service, CHUNK)) {
            RawResponse head = http.send(TestBucket.head("GET", bucket.content("a"), Optional.empty()))
                    .readHead();
            assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(LARGE));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(cancelledDownloads()).isEqualTo(before + 1));

            assertThat(http.readBytes(LARGE)).hasSizeLessThan(LARGE);
            assertThat(cutOff("download", "total")).isEqualTo(cutBefore + 1);
        }
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_downloads_active")).isZero());
        bucket.delete("a");
        new StoredChunks(mongo).deleteAll(content, LARGE / CHUNK);
    }

    /** F51: its process was away for so long that the collector took the row. */
    @Test
    void tellsAnUploadWhoseRowWasTakenAwayWithoutWaitingForItsBytes() {
        long mark = rows.mark();
        StoredChunks chunks = new StoredChunks(mongo);
        try (RawHttp http = bucket.connect()) {
            begin(http, mark);
            UUID content = rows.contentsSince(mark).get(0);
            await().atMost(SOON).until(() -> chunks.count(content, 3) == 1);
            collect(Duration.ofMinutes(11));
            assertThat(rows.statesSince(mark)).containsExactly("ABORTING");

            assertProblem(http.read(), 409, "upload-lost");

            assertThat(http.closedByPeer()).isTrue();
            assertNothingRuns();
            assertThat(bucket.names()).isEmpty();
            collect(Duration.ofMinutes(17));
            assertThat(rows.statesSince(mark)).containsExactly("PURGED");
            assertThat(chunks.count(content, 3)).isZero();
        }
    }

    /** F51, with a chunk that lands after the content was removed: it is swept before the row goes. */
    @Test
    void sweepsAChunkThatLandsAfterTheContentWasRemoved() {
        long mark = rows.mark();
        StoredChunks chunks = new StoredChunks(mongo);
        UUID content;
        try (RawHttp http = bucket.connect()) {
            begin(http, mark);
            content = rows.contentsSince(mark).get(0);
            await().atMost(SOON).until(() -> chunks.count(content, 3) == 1);
        }
        assertNothingRuns();
        collect(Duration.ofMinutes(17));
        assertThat(rows.statesSince(mark)).containsExactly("PURGED");
        chunkStore
                .write(Chunk.of(new ContentId(content), 1, ByteBuffer.wrap(Bytes.seeded(1, CHUNK))))
                .await()
                .atMost(SOON);
        assertThat(chunks.count(content, 3)).isEqualTo(1);

        collect(Duration.ofHours(25));

        assertThat(rows.statesSince(mark)).isEmpty();
        assertThat(chunks.count(content, 3)).isZero();
    }

    @Test
    void endsAnUploadThatRunsForMoreThanADay() {
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            begin(http, mark);
            clock.ahead(Duration.ofHours(24).plusMinutes(1));

            assertProblem(http.read(), 409, "upload-lost");

            assertThat(rows.statesSince(mark)).as("without a collector").containsExactly("ABORTING");
        }
        assertNothingRuns();
    }

    /** F34. */
    @Test
    void takesNoMoreConnectionsThanItIsAllowed() {
        List<RawHttp> idle = new ArrayList<>();
        try {
            boolean refused = false;
            while (!refused) {
                idle.add(bucket.connect());
                assertThat(idle).hasSizeLessThanOrEqualTo(MAX_CONNECTIONS + 1);
                refused = look(idle.get(idle.size() - 1)).isEmpty();
            }

            assertNothingRuns(); // says the management port
            assertProblem(look(idle.get(0)).orElseThrow(), 404, "file-not-found");
        } finally {
            idle.forEach(RawHttp::close);
        }
        await().atMost(SOON).ignoreExceptions().until(() -> bucket.get("a").status() == 404);
    }

    private Optional<RawResponse> look(RawHttp http) {
        return http.sendUnlessRefused(TestBucket.head("GET", bucket.content("a"), Optional.empty())
                        .getBytes(StandardCharsets.ISO_8859_1))
                .readIfAny();
    }

    private void begin(RawHttp http, long mark) {
        http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LENGTH)))
                .send(Bytes.seeded(1, LENGTH), 0, CHUNK + 1);
        await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));
    }

    /** Runs the collector with its clock ahead until it finds nothing to do. */
    private void collect(Duration ahead) {
        clock.ahead(ahead);
        int steps = 0;
        while (collector.step().await().atMost(SOON)) {
            assertThat(++steps).as("steps").isLessThan(MAX_STEPS);
        }
    }

    private void assertNothingRuns() {
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isZero());
    }

    private double cancelledDownloads() {
        return metrics.value("consigne_download_duration_seconds_count", "result=\"cancelled\"");
    }

    private double cutOff(String direction, String limit) {
        return metrics.value(
                "consigne_clients_cut_off_total", "direction=\"" + direction + "\",limit=\"" + limit + "\"");
    }

    private UUID largeFile(String name) {
        RawResponse stored = bucket.stored(name, Bytes.seeded(1, LARGE));
        return rows.contentOf(UUID.fromString(stored.json().path("id").asText()));
    }
}
