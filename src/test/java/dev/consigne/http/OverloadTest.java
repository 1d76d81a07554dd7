package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.memory.Caller;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients see of a service that has memory for a dozen transfers, and what it keeps of them. */
@QuarkusTest
@TestProfile(OverloadTest.Small.class)
class OverloadTest {
    private static final int BUDGET = 1 << 20;
    private static final int RESERVABLE = BUDGET / 4 * 3;
    private static final int CHUNK = 32 * 1024;
    private static final int LENGTH = 2 * CHUNK;

    /** A little more than whoever has most does not get. */
    private static final int LAST_ROOM = RESERVABLE / 32 + 4096;

    /** What an upload takes. */
    private static final int UPLOAD = CHUNK + 32 * 1024 + 1024;

    /** As many as fit for one caller, who does not get the last thirty-second part. */
    private static final int UPLOADS = RESERVABLE / 32 * 31 / UPLOAD;

    /** The length of one more: less than is left, and more than is left to this caller. */
    private static final int MORE = 25 * 1024;

    private static final int RECEIVE_BUFFER = 64 * 1024;

    /** More than the buffers of both kernels hold. */
    private static final int LARGE = 20 << 20;

    private static final Caller SOMEBODY_ELSE = new Caller("somebody else");
    private static final String RETRY_AFTER = "Retry-After";
    private static final Duration SOON = Duration.ofSeconds(10);

    /** The smallest budget there can be. */
    public static final class Small implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("consigne.file.memory-budget", "1M");
        }
    }

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    Pool pool;

    @Inject
    MemoryBudget budget;

    private TestBucket bucket;
    private ContentRows rows;
    private Metrics metrics;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
        rows = new ContentRows(pool);
        metrics = new Metrics(metricsEndpoint);
        assertNothingHeld();
    }

    @Test
    void refusesWhatIsTooMuchAtOnceWhileOthersGoOn() {
        // Given
        byte[] content = Bytes.seeded(1, LENGTH);
        long mark = rows.mark();
        List<RawHttp> running = new ArrayList<>();
        try {
            for (int upload = 0; upload < UPLOADS; upload++) {
                running.add(begun("u" + upload, content));
            }
            await().atMost(SOON).until(() -> rows.statesSince(mark).size() == UPLOADS);
            assertThat(metrics.value("consigne_memory_reserved_bytes")).isEqualTo((double) UPLOADS * UPLOAD);

            // When
            assertRefused(429, "too-many-transfers");
            Reservation rest = budget.reserve(SOMEBODY_ELSE, RESERVABLE - UPLOADS * UPLOAD);
            assertRefused(503, "overloaded");
            rest.release();

            // Then
            assertThat(rows.statesSince(mark)).as("of the refused").hasSize(UPLOADS);
            for (RawHttp upload : running) {
                upload.send(content, CHUNK / 2, LENGTH - CHUNK / 2);
                assertThat(upload.read().status()).isEqualTo(201);
            }
        } finally {
            running.forEach(RawHttp::close);
        }
        for (String name : bucket.names()) {
            assertThat(bucket.get(name).body()).isEqualTo(content);
        }
        assertThat(bucket.names()).hasSize(UPLOADS);
        assertNothingHeld();
    }

    private void assertRefused(int status, String code) {
        double before = refused(code);
        try (RawHttp more = bucket.connect()) {
            more.send(TestBucket.head("PUT", bucket.content("more"), Optional.of(MORE)));

            RawResponse refusal = assertProblem(more.read(), status, code);
            assertThat(Integer.parseInt(refusal.header(RETRY_AFTER))).isBetween(1, 5);
            assertThat(more.closedByPeer()).isTrue();
        }
        assertThat(refused(code)).isEqualTo(before + 1);
    }

    @Test
    void leavesTheLastRoomToOthersThanWhoeverHasMost() {
        double before = refused("too-many-transfers");
        Reservation most = budget.reserve(new Caller("127.0.0.1"), RESERVABLE - 8 * 1024);
        try {
            RawResponse refusal = assertProblem(bucket.put("a", Bytes.seeded(1, 10)), 429, "too-many-transfers");

            assertThat(Integer.parseInt(refusal.header(RETRY_AFTER))).isBetween(1, 5);
            assertThat(refused("too-many-transfers")).isEqualTo(before + 1);
        } finally {
            most.release();
        }
        most = budget.reserve(SOMEBODY_ELSE, RESERVABLE - 8 * 1024);
        try {
            assertThat(bucket.put("a", Bytes.seeded(1, 10)).status()).isEqualTo(201);
        } finally {
            most.release();
        }
        assertNothingHeld();
    }

    @Test
    void doesNotTellEverybodyToComeBackTogether() {
        Set<String> seconds = new HashSet<>();
        Reservation all = budget.reserve(SOMEBODY_ELSE, RESERVABLE);
        try {
            for (int request = 0; request < 30; request++) {
                seconds.add(bucket.put("a", new byte[0]).header(RETRY_AFTER));
            }
        } finally {
            all.release();
        }

        assertThat(seconds).hasSizeGreaterThan(1).isSubsetOf("1", "2", "3", "4", "5");
    }

    @Test
    void doesNotAskForABodyItHasNoMemoryFor() {
        Reservation all = budget.reserve(SOMEBODY_ELSE, RESERVABLE);
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LENGTH), "Expect: 100-continue"));

            assertProblem(http.read(), 503, "overloaded");
            assertThat(http.closedByPeer()).isTrue();
        } finally {
            all.release();
        }
    }

    @Test
    void answersClientsThatSendBeforeTheyListenAndKeepsNothingOfThat() {
        Reservation all = budget.reserve(SOMEBODY_ELSE, RESERVABLE);
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("a"), Optional.of(LARGE)))
                    .sendUnlessRefused(Bytes.seeded(1, 512 * 1024));

            assertProblem(http.read(), 503, "overloaded");
            assertThat(http.closedByPeer())
                    .as("which does not wait for the rest")
                    .isTrue();
        } finally {
            all.release();
        }
        assertNothingHeld();
    }

    /** It reads and writes. */
    @Test
    void beginsNoCompositionThatCannotReadItsParts() {
        String id =
                bucket.stored("a", Bytes.seeded(1, LENGTH)).json().path("id").asText();
        long mark = rows.mark();
        byte[] form =
                "{\"name\":\"b\",\"parts\":[{\"id\":\"%s\"}]}".formatted(id).getBytes(StandardCharsets.UTF_8);
        String compose = bucket.path() + "/files:compose";
        Reservation most = budget.reserve(SOMEBODY_ELSE, RESERVABLE - UPLOAD - 4096);
        try {
            assertProblem(
                    bucket.exchange("POST", compose, Optional.of(form), "Content-Type: application/json"),
                    503,
                    "overloaded");

            assertThat(rows.statesSince(mark)).isEmpty();
            assertThat(budget.reserved()).isEqualTo(most.bytes());
        } finally {
            most.release();
        }
        assertThat(bucket.exchange("POST", compose, Optional.of(form), "Content-Type: application/json")
                        .status())
                .isEqualTo(201);
        assertNothingHeld();
    }

    @Test
    void takesNoMemoryForAnswersWithoutContent() {
        bucket.stored("a", Bytes.seeded(1, LENGTH));
        Reservation all = budget.reserve(SOMEBODY_ELSE, RESERVABLE);
        try {
            assertThat(bucket.head("a").status()).isEqualTo(200);
            assertThat(bucket.get("a", "If-None-Match: *").status()).isEqualTo(304);
            assertThat(bucket.get("a", "If-Match: \"never\"").status()).isEqualTo(412);
            assertThat(bucket.get("a", "Range: bytes=" + LENGTH + "-").status()).isEqualTo(416);
            assertThat(bucket.get("b").status()).isEqualTo(404);
            assertThat(bucket.names()).containsExactly("a");

            assertProblem(bucket.get("a"), 503, "overloaded");
            assertProblem(bucket.get("a", "Range: bytes=0-1"), 503, "overloaded");
        } finally {
            all.release();
        }
        assertThat(bucket.get("a").body()).hasSize(LENGTH);
        assertNothingHeld();
    }

    @Test
    void doesNotRefuseTheRestOfWhatHasBegun() {
        byte[] content = Bytes.seeded(1, LARGE);
        bucket.stored("large", content);
        List<Reservation> held = new ArrayList<>();
        try (RawHttp http = RawHttp.open(service, RECEIVE_BUFFER)) {
            String ranges = "Range: bytes=0-" + (LARGE - 1_000_000) + ",-1000";
            RawResponse head = http.send(TestBucket.head("GET", bucket.content("large"), Optional.empty(), ranges))
                    .readHead();
            assertThat(head.status()).isEqualTo(206);
            int length = Integer.parseInt(head.header("Content-Length"));

            held.add(budget.reserve(new Caller("127.0.0.1"), RESERVABLE - budget.reserved() - LAST_ROOM));
            held.add(budget.reserve(SOMEBODY_ELSE, LAST_ROOM - 4096));

            assertThat(http.readBytes(length)).hasSize(length);
        } finally {
            held.forEach(Reservation::release);
        }
        assertNothingHeld();
    }

    @Test
    void givesTheMemoryOfAFailedUploadBack() {
        assertProblem(
                bucket.put("a", Bytes.seeded(1, LENGTH), "Content-Digest: sha-256=:" + "A".repeat(43) + "=:"),
                400,
                "digest-mismatched-values");
        assertThat(bucket.put("a", Bytes.seeded(1, LENGTH), "If-Match: *").status())
                .isEqualTo(412);
        assertNothingHeld();
    }

    @Test
    void givesTheMemoryBackOfClientsThatGo() {
        bucket.stored("large", Bytes.seeded(1, LARGE));
        try (RawHttp upload = begun("a", Bytes.seeded(1, LENGTH));
                RawHttp download = RawHttp.open(service, RECEIVE_BUFFER)) {
            download.send(TestBucket.head("GET", bucket.content("large"), Optional.empty()));
            assertThat(download.readHead().status()).isEqualTo(200);
            await().atMost(SOON).until(() -> metrics.value("consigne_memory_reserved_bytes") > UPLOAD);

            upload.reset();
            download.reset();
        }
        assertNothingHeld();
    }

    private RawHttp begun(String name, byte[] content) {
        return bucket.connect()
                .send(TestBucket.head("PUT", bucket.content(name), Optional.of(content.length)))
                .send(content, 0, CHUNK / 2);
    }

    private double refused(String reason) {
        return metrics.value("consigne_transfers_refused_total", "reason=\"" + reason + "\"");
    }

    private void assertNothingHeld() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(metrics.value("consigne_memory_reserved_bytes")).isZero();
            assertThat(metrics.value("consigne_memory_lent_bytes")).isZero();
            assertThat(metrics.value("consigne_transfers_waiting")).isZero();
        });
        assertThat(metrics.value("consigne_memory_budget_bytes")).isEqualTo(BUDGET);
    }
}
