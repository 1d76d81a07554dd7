package dev.consigne.fault;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.PoolCheck;
import dev.consigne.testing.PublishOnTheWire;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TcpProxy;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients and probes see while a store cannot be reached, and that all of it is over when it is back. */
@QuarkusTest
@WithTestResource(WiredStores.class)
class UnreachableStoresTest {
    private static final int CHUNK = 64 * 1024;
    private static final Duration SOON = Duration.ofSeconds(20);

    /** As promised for a request that is made while the catalog is away. */
    private static final Duration REFUSAL = Duration.ofSeconds(5);

    TcpProxy toPostgres;
    TcpProxy toMongo;

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @Inject
    Pool pool;

    @ConfigProperty(name = "quarkus.datasource.reactive.max-size")
    int poolSize;

    private final byte[] liveBytes = Bytes.seeded(81, CHUNK + 5);
    private final byte[] bytes = Bytes.seeded(82, 3 * CHUNK + 7);
    private TestBucket bucket;

    @BeforeEach
    void storeALiveFile() {
        bucket = TestBucket.create(service);
        bucket.stored("live", liveBytes);
    }

    @AfterEach
    void allIsAsBefore() {
        toPostgres.calm();
        toMongo.calm();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(bucket.get("live").body()).isEqualTo(liveBytes));
        PoolCheck.assertAllConnectionsAreFree(pool, poolSize);
    }

    /** F1: refused at once, or silent; the client has not sent a byte of its body. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAnUploadBeforeItsBodyWhileTheCatalogIsAway(boolean refused) {
        // Given
        long mark = new ContentRows(pool).mark();
        loseCatalog(refused);
        long start = System.nanoTime();

        // When
        RawResponse response;
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content("new"), Optional.of(bytes.length)));
            response = http.read();
        }

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(REFUSAL);
        assertUnavailable(response);
        toPostgres.up();
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(new ContentRows(pool).statesSince(mark)).isEmpty());
    }

    /** F26. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void staysReadyAndSaysSoWhileTheCatalogIsAway(boolean refused) {
        loseCatalog(refused);

        assertUnavailable(bucket.get("live"));
        assertUnavailable(bucket.list(""));
        assertUnavailable(bucket.delete("live"));
        assertReady();
    }

    /** F25: what needs no bytes is answered, what needs them is refused in time. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void servesWhatNeedsNoBytesWhileTheChunkStoreIsAway(boolean refused) {
        // Given
        bucket.stored("gone", bytes);
        if (refused) {
            toMongo.down();
        } else {
            toMongo.vanish();
        }

        // When
        RawResponse deleted = bucket.delete("gone");

        // Then
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(bucket.head("live").status()).isEqualTo(200);
        assertThat(bucket.names()).containsExactly("live");
        assertReady();
        assertUnavailable(bucket.get("live"));
        assertUnavailable(bucket.put("new", bytes));
        assertThat(bucket.names()).containsExactly("live");
    }

    /** Each of these requests meets connections that have just broken, on the transport the service has. */
    @Test
    void doesNotNoticeThatConnectionsToTheChunkStoreBroke() {
        for (int round = 0; round < 10; round++) {
            toMongo.reset();
            assertThat(bucket.put("new", bytes).status()).isIn(200, 201);
            toMongo.reset();
            assertThat(bucket.get("new").body()).isEqualTo(bytes);
        }
    }

    /** F2. */
    @Test
    void storesAnUploadDuringWhichTheCatalogWasAway() {
        ContentRows rows = new ContentRows(pool);
        long mark = rows.mark();
        try (RawHttp http = bucket.connect()) {
            // Given
            http.send(TestBucket.head("PUT", bucket.content("new"), Optional.of(bytes.length)))
                    .send(bytes, 0, CHUNK);
            await().atMost(SOON).until(() -> rows.statesSince(mark).contains("PENDING"));
            toPostgres.down();
            http.send(bytes, CHUNK, CHUNK);

            // When
            toPostgres.up();
            http.send(bytes, 2 * CHUNK, bytes.length - 2 * CHUNK);

            // Then
            assertThat(http.read().status()).isEqualTo(201);
        }
        assertThat(bucket.get("new").body()).isEqualTo(bytes);
    }

    /** F3, F5: the answer says that it is not known; then it is there or it is not, and sending it again is safe. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysThatItIsNotKnownWhetherTheFileWasPublished(boolean committed) {
        // Given
        toPostgres.refuseAfterCut();
        if (committed) {
            toPostgres.loseAnswerTo(PublishOnTheWire.NEW_FILE);
        } else {
            toPostgres.loseRequest(PublishOnTheWire.NEW_FILE);
        }

        // When
        RawResponse response = bucket.put("new", bytes);

        // Then
        assertProblem(response, 503, "commit-unknown");
        assertThat(response.header("Retry-After")).isNotEmpty();
        toPostgres.up();
        assertThat(bucket.get("new").status()).isEqualTo(committed ? 200 : 404);
        assertThat(bucket.put("new", bytes).status()).isEqualTo(committed ? 200 : 201);
        assertThat(bucket.get("new").body()).isEqualTo(bytes);
    }

    private void loseCatalog(boolean refused) {
        if (refused) {
            toPostgres.down();
        } else {
            toPostgres.reset();
            toPostgres.vanish();
        }
    }

    private void assertUnavailable(RawResponse response) {
        assertProblem(response, 503, "store-unavailable");
        assertThat(response.header("Retry-After")).isNotEmpty();
    }

    private void assertReady() {
        for (String probe : List.of("live", "ready", "started")) {
            try (RawHttp http = RawHttp.open(management)) {
                http.send(TestBucket.head("GET", "/q/health/" + probe, Optional.empty()));
                assertThat(http.read().status()).as(probe).isEqualTo(200);
            }
        }
    }
}
