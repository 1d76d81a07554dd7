package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.LogLines;
import dev.consigne.testing.StoredChunks;
import dev.consigne.testing.TestBucket;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The one line of each request where many share a connection, and end without it. */
@QuarkusTest
@TestProfile(Http2DigestTest.WithTls.class)
class Http2AccessLogTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** More than the windows of a stream and of its connection. */
    private static final int LARGE = 4 << 20;

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "/", tls = true)
    URI secure;

    @Inject
    Pool pool;

    @Inject
    ReactiveMongoClient mongo;

    private final Vertx vertx = Vertx.vertx();
    private final String id = "http2-" + UUID.randomUUID();
    private HttpClient client;
    private TestBucket bucket;
    private LogLines log;

    @BeforeEach
    void connect() {
        bucket = TestBucket.create(service);
        client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false));
        log = LogLines.kept();
    }

    @AfterEach
    void disconnect() throws Exception {
        log.close();
        result(vertx.close());
    }

    @Test
    void tellsWhatWasAnswered() throws Exception {
        byte[] content = Bytes.seeded(1, 1000);
        result(begun(HttpMethod.PUT).compose(put -> put.send(Buffer.buffer(content))));
        assertThat(line().path("status").asText()).isEqualTo("201");
        assertThat(line().path("bytesIn").asInt()).isEqualTo(1000);

        byte[] read = result(
                        begun(HttpMethod.GET).compose(HttpClientRequest::send).compose(HttpClientResponse::body))
                .getBytes();

        assertThat(read).isEqualTo(content);
        await().atMost(SOON).until(() -> log.requests(id).size() == 2);
        JsonNode line = log.requests(id).get(1);
        assertThat(line.path("status").asText()).isEqualTo("200");
        assertThat(line.path("bytesOut").asInt()).isEqualTo(1000);
        assertThat(line.has("abort")).isFalse();
    }

    @Test
    void tellsThatTheClientGaveADownloadUp() throws Exception {
        bucket.stored("a", Bytes.seeded(2, LARGE));
        HttpClientResponse answer =
                result(begun(HttpMethod.GET).compose(get -> get.send().onSuccess(HttpClientResponse::pause)));

        answer.request().reset();

        assertThat(line().path("status").asText()).isEqualTo("200");
        assertThat(line().path("abort").asText()).isEqualTo("client-gone");
    }

    @Test
    void tellsThatTheClientGaveAnUploadUp() throws Exception {
        HttpClientRequest upload = result(begun(HttpMethod.PUT)).setChunked(true);
        upload.exceptionHandler(reset -> {});
        result(upload.write(Buffer.buffer(new byte[10])));

        upload.reset();

        assertThat(line().path("status").asText()).isEqualTo("none");
        assertThat(line().path("abort").asText()).isEqualTo("client-gone");
    }

    @Test
    void tellsThatADownloadFailedHalfWay() throws Exception {
        UUID file = UUID.fromString(
                bucket.stored("a", Bytes.seeded(3, LARGE)).json().path("id").asText());
        new StoredChunks(mongo).delete(new ContentRows(pool).contentOf(file), LARGE / (64 * 1024) - 1);

        Future<Buffer> body =
                begun(HttpMethod.GET).compose(HttpClientRequest::send).compose(HttpClientResponse::body);

        await().atMost(SOON).until(body::failed);
        assertThat(line().path("status").asText()).isEqualTo("200");
        assertThat(line().path("abort").asText()).isEqualTo("failed");
    }

    private Future<HttpClientRequest> begun(HttpMethod method) {
        return client.request(method, secure.getPort(), secure.getHost(), bucket.content("a"))
                .map(request -> request.putHeader("X-Request-Id", id));
    }

    /** The only line of the request: a second would come before that of the request after it. */
    private JsonNode line() {
        await().atMost(SOON).until(() -> !log.requests(id).isEmpty());
        bucket.list("");
        List<JsonNode> lines = log.requests(id);
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }

    private static <T> T result(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
