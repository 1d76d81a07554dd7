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
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chunks that are not what was written: no wrong byte is served, and no short content passes for a whole one. */
@QuarkusTest
class DamageTest {
    private static final int CHUNK = 64 * 1024;
    private static final int CHUNKS = 8;
    private static final int LENGTH = CHUNKS * CHUNK;
    private static final byte[] CONTENT = Bytes.seeded(1, LENGTH);

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
    private UUID file;
    private UUID content;

    @BeforeEach
    void storeContent() {
        bucket = TestBucket.create(service);
        rows = new ContentRows(pool);
        RawResponse stored = bucket.stored("a", CONTENT);
        file = UUID.fromString(stored.json().path("id").asText());
        content = rows.contentOf(file);
    }

    enum Damage {
        MISSING {
            @Override
            void to(StoredChunks chunks, UUID content, int number) {
                chunks.delete(content, number);
            }
        },
        FLIPPED_BIT {
            @Override
            void to(StoredChunks chunks, UUID content, int number) {
                chunks.flipBit(content, number);
            }
        },
        SHORTER {
            @Override
            void to(StoredChunks chunks, UUID content, int number) {
                chunks.shorten(content, number);
            }
        };

        abstract void to(StoredChunks chunks, UUID content, int number);
    }

    /** F54, F55, F58. */
    @ParameterizedTest
    @EnumSource
    void breaksTheConnectionBeforeTheFirstWrongByte(Damage damage) {
        damage.to(new StoredChunks(mongo), content, 5);

        RawResponse broken = bucket.get("a");

        assertThat(broken.status()).isEqualTo(200);
        assertThat(broken.header("Content-Length")).isEqualTo(Integer.toString(LENGTH));
        assertThat(broken.whole()).isFalse();
        assertThat(broken.body().length).isLessThanOrEqualTo(5 * CHUNK);
        assertThat(broken.body()).isEqualTo(Arrays.copyOf(CONTENT, broken.body().length));
        becomesDamaged();
    }

    /** F55. */
    @ParameterizedTest
    @EnumSource
    void breaksTheConnectionAtTheLastChunk(Damage damage) {
        damage.to(new StoredChunks(mongo), content, CHUNKS - 1);

        RawResponse broken = bucket.get("a");

        assertThat(broken.status()).isEqualTo(200);
        assertThat(broken.whole()).isFalse();
        becomesDamaged();
    }

    /** F54, F55, F58. */
    @ParameterizedTest
    @EnumSource
    void answersWithAProblemWhenTheFirstChunkIsDamaged(Damage damage) {
        damage.to(new StoredChunks(mongo), content, 0);

        assertProblem(bucket.get("a"), 500, "content-damaged");
        becomesDamaged();
    }

    /** F57: each chunk is whole; only the digest of all can tell. */
    @Test
    void breaksTheConnectionWhenChunksHaveChangedPlaces() {
        new StoredChunks(mongo).swap(content, 2, 6);

        RawResponse broken = bucket.get("a");

        assertThat(broken.whole()).isFalse();
        assertThat(broken.body().length).isLessThan(LENGTH);
        becomesDamaged();
    }

    @Test
    void breaksTheConnectionOfARange() {
        new StoredChunks(mongo).flipBit(content, 5);

        RawResponse broken = bucket.get("a", "Range: bytes=100-");

        assertThat(broken.status()).isEqualTo(206);
        assertThat(broken.whole()).isFalse();
        becomesDamaged();
    }

    @Test
    void composesNothingOfADamagedPart() {
        new StoredChunks(mongo).flipBit(content, 5);

        RawResponse refused = bucket.exchange(
                "POST",
                bucket.path() + "/files:compose",
                Optional.of("{\"name\":\"b\",\"parts\":[{\"id\":\"%s\"}]}"
                        .formatted(file)
                        .getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");

        assertProblem(refused, 500, "content-damaged");
        becomesDamaged();
        assertThat(bucket.names()).containsExactly("a");
    }

    @Test
    void servesRangesThatTheDamageDoesNotTouch() {
        new StoredChunks(mongo).flipBit(content, 5);

        RawResponse part = bucket.get("a", "Range: bytes=0-" + (CHUNK - 1));

        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOf(CONTENT, CHUNK));
        assertThat(rows.state(content)).isEqualTo("LIVE");
    }

    /** A chunk that is missed is found to be missing: so none was read but those with bytes that were asked for. */
    @Test
    void readsNoChunkForSeveralRangesBesideTheirs() {
        for (int unasked : new int[] {0, 2, 3, 4, 6}) {
            new StoredChunks(mongo).delete(content, unasked);
        }

        RawResponse parts = bucket.get(
                "a",
                "Range: bytes=" + (7 * CHUNK) + "-," + CHUNK + "-" + (2 * CHUNK - 1) + "," + (5 * CHUNK) + "-"
                        + (5 * CHUNK));

        assertThat(parts.status()).isEqualTo(206);
        assertThat(parts.whole()).isTrue();
        assertThat(parts.body().length).isGreaterThan(2 * CHUNK);
        assertThat(rows.state(content)).isEqualTo("LIVE");
    }

    @Test
    void answersWithAProblemWhenTheFirstOfSeveralRangesIsDamaged() {
        new StoredChunks(mongo).flipBit(content, 5);

        assertProblem(
                bucket.get("a", "Range: bytes=" + (5 * CHUNK) + "-" + (5 * CHUNK) + ",0-0"), 500, "content-damaged");
        becomesDamaged();
    }

    @Test
    void breaksTheConnectionWhenALaterRangeIsDamaged() {
        new StoredChunks(mongo).flipBit(content, 5);

        RawResponse broken = bucket.get("a", "Range: bytes=0-0," + (5 * CHUNK) + "-" + (5 * CHUNK));

        assertThat(broken.status()).isEqualTo(206);
        assertThat(broken.whole()).isFalse();
        becomesDamaged();
    }

    @Test
    void countsTheDamageOnceAndHealsByStoringAgain() {
        Metrics metrics = new Metrics(metricsEndpoint);
        double before = metrics.value("consigne_integrity_failures_total");
        new StoredChunks(mongo).delete(content, 0);
        bucket.get("a");
        bucket.get("a");

        assertThat(metrics.value("consigne_integrity_failures_total")).isEqualTo(before + 1);
        assertThat(bucket.put("a", CONTENT).status()).isEqualTo(200);
        assertThat(bucket.get("a").body()).isEqualTo(CONTENT);
    }

    @Test
    void doesNotKeepAConnectionItHasBroken() {
        new StoredChunks(mongo).delete(content, 5);
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("GET", bucket.content("a"), java.util.Optional.empty()));
            http.read();

            assertThat(http.closedByPeer()).isTrue();
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(new Metrics(metricsEndpoint).value("consigne_downloads_active"))
                        .isZero());
    }

    private void becomesDamaged() {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(rows.state(content)).isEqualTo("DAMAGED"));
        assertProblem(bucket.get("a"), 500, "content-damaged");
        assertProblem(bucket.get("a", "Range: bytes=0-0"), 500, "content-damaged");
        assertThat(bucket.head("a").status()).isEqualTo(500);
        assertThat(bucket.names()).containsExactly("a");
    }
}
