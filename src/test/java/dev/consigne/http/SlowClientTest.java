package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.LogLines;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that stand still or trickle, at a service that closes idle connections before it looks at the rate. */
@QuarkusTest
@TestProfile(SlowClientTest.Hurried.class)
class SlowClientTest {
    private static final int RECEIVE_BUFFER = 64 * 1024;
    private static final int SIP = 16 * 1024;

    /** More than a bounded send buffer holds, and less than one that has grown. */
    private static final int REST = 2 << 20;

    /** More than the buffers of both kernels hold. */
    private static final int LARGE = 50 << 20;

    private static final Duration SOON = Duration.ofSeconds(20);

    /** 8 MiB a second are more than a test that trickles takes, and less than one that does not. */
    public static final class Hurried implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.idle-timeout", "2s",
                    "consigne.http.min-rate-window", "3s",
                    "consigne.http.min-download-rate", "8M");
        }
    }

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    Pool pool;

    private TestBucket bucket;
    private Metrics metrics;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
        metrics = new Metrics(metricsEndpoint);
    }

    /** F35. */
    @Test
    void breaksADownloadOffThatStandsStill() {
        bucket.stored("a", Bytes.seeded(1, LARGE));
        double before = cutOff("download", "idle");
        try (RawHttp http = begun("a")) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(cutOff("download", "idle")).isEqualTo(before + 1));

            assertThat(http.readBytes(LARGE)).hasSizeLessThan(LARGE);
        }
        assertNothingRuns();
    }

    /** What the kernel holds for a client is memory, too, and makes it look as if nothing moved. */
    @Test
    void keepsLittleInTheKernelForAClientThatWasFastAtFirst() {
        bucket.stored("a", Bytes.seeded(3, LARGE));
        double before = cutOff("download", "idle");
        try (RawHttp http = begun("a")) {
            assertThat(http.readBytes(LARGE - REST)).hasSize(LARGE - REST);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(cutOff("download", "idle")).isEqualTo(before + 1));
        }
        assertNothingRuns();
    }

    /** F35. Others are not affected. */
    @Test
    void breaksADownloadOffThatTricklesOut() {
        byte[] content = Bytes.seeded(2, LARGE);
        bucket.stored("a", content);
        double before = cutOff("download", "rate");
        ScheduledExecutorService sips = Executors.newSingleThreadScheduledExecutor();
        try (LogLines log = LogLines.kept();
                RawHttp http = begun("a", "X-Request-Id: trickles")) {
            var unused = sips.scheduleAtFixedRate(() -> http.readBytes(SIP), 0, 10, TimeUnit.MILLISECONDS);
            assertThat(bucket.get("a").body()).isEqualTo(content);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(cutOff("download", "rate")).isEqualTo(before + 1));
            assertNothingRuns();
            assertThat(log.requests("trickles"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.path("abort").asText()).isEqualTo("too-slow"));
        } finally {
            sips.shutdownNow();
        }
    }

    @Test
    void closesAnUploadThatStandsStillBeforeItsRateIsKnown() {
        long mark = new ContentRows(pool).mark();
        double before = cutOff("upload", "idle");
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LARGE)))
                    .send("a beginning");

            assertThat(http.closedByPeer()).isTrue();
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(cutOff("upload", "idle")).isEqualTo(before + 1));
        assertNothingRuns();
        assertThat(new ContentRows(pool).statesSince(mark)).containsExactly("ABORTING");
    }

    private RawHttp begun(String name, String... headers) {
        RawHttp http = RawHttp.open(service, RECEIVE_BUFFER);
        assertThat(http.send(TestBucket.head("GET", bucket.content(name), Optional.empty(), headers))
                        .readHead()
                        .header("Content-Length"))
                .isEqualTo(Integer.toString(LARGE));
        return http;
    }

    private double cutOff(String direction, String limit) {
        return metrics.value(
                "consigne_clients_cut_off_total", "direction=\"" + direction + "\",limit=\"" + limit + "\"");
    }

    private void assertNothingRuns() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(metrics.value("consigne_uploads_active")).isZero();
            assertThat(metrics.value("consigne_downloads_active")).isZero();
            assertThat(metrics.value("consigne_memory_reserved_bytes")).isZero();
            assertThat(metrics.value("consigne_memory_lent_bytes")).isZero();
        });
    }
}
