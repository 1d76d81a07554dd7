package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.memory.MemoryBudget;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is reserved for many streams of one connection, whose client decides how long each of them lasts. */
@QuarkusTest
@TestProfile(Http2DigestTest.WithTls.class)
class Http2MemoryTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int STREAMS = 20;
    private static final int WINDOW = 1024;

    /** One piece, most of which does not fit the window of a stream. */
    private static final int LENGTH = 64 * 1024;

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "/", tls = true)
    URI secure;

    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    MemoryBudget budget;

    private final Vertx vertx = Vertx.vertx();
    private HttpClient client;
    private TestBucket bucket;
    private Metrics metrics;

    @BeforeEach
    void connect() {
        bucket = TestBucket.create(service);
        metrics = new Metrics(metricsEndpoint);
        client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ConnectionWindowSize(2 * STREAMS * LENGTH)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW))
                .setUseAlpn(true)
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false));
        assertNothingHeld();
    }

    @AfterEach
    void disconnect() throws Exception {
        result(vertx.close());
    }

    @Test
    void keepsTheMemoryOfAnswersThatNobodyTakes() throws Exception {
        // Given
        byte[] content = Bytes.seeded(1, LENGTH);
        bucket.stored("a", content);
        assertNothingHeld();

        // When
        List<HttpClientResponse> answers = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            answers.add(result(begun(HttpMethod.GET, "a")
                    .compose(request -> request.send().onSuccess(HttpClientResponse::pause))));
        }

        // Then
        await().atMost(SOON).until(() -> metrics.value("consigne_downloads_active") == 0);
        assertThat(budget.reserved()).isGreaterThanOrEqualTo(STREAMS * 16 * 1024);
        for (HttpClientResponse answer : answers.subList(1, STREAMS)) {
            answer.request().reset();
        }
        Future<Buffer> body = answers.get(0).body();
        answers.get(0).resume();
        assertThat(result(body).getBytes()).isEqualTo(content);
        assertNothingHeld();
    }

    @Test
    void givesTheMemoryOfUploadsBackThatAreReset() throws Exception {
        // Given
        List<HttpClientRequest> uploads = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            HttpClientRequest upload =
                    result(begun(HttpMethod.PUT, "u" + stream)).setChunked(true);
            upload.exceptionHandler(reset -> {});
            result(upload.write(Buffer.buffer(new byte[10])));
            uploads.add(upload);
        }
        await().atMost(SOON).until(() -> metrics.value("consigne_uploads_active") == STREAMS);
        assertThat(budget.reserved()).isGreaterThanOrEqualTo(STREAMS * 32 * 1024);

        // When
        uploads.forEach(HttpClientRequest::reset);

        // Then
        assertNothingHeld();
        assertThat(bucket.names()).isEmpty();
    }

    private Future<HttpClientRequest> begun(HttpMethod method, String name) {
        return client.request(method, secure.getPort(), secure.getHost(), bucket.content(name));
    }

    private static <T> T result(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void assertNothingHeld() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(budget.reserved()).isZero();
            assertThat(budget.lent()).isZero();
            assertThat(budget.waiting()).isZero();
        });
    }
}
