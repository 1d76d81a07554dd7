package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The writer on a real server whose queue is full after each write, as it is when the client is slower. */
@Timeout(60)
class ContentResponseTest {
    private static final List<byte[]> BUFFERS =
            IntStream.range(0, 60).mapToObj(ContentResponseTest::buffer).toList();
    private static final long LENGTH = BUFFERS.stream().mapToLong(b -> b.length).sum();

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<Void> tooLate = new CompletableFuture<>();
    private final CompletableFuture<Void> sourceCancelled = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void serve() throws Exception {
        server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        request.response().setWriteQueueMaxSize(8192);
        Multi<ByteBuffer> source = Multi.createFrom().iterable(BUFFERS).map(ByteBuffer::wrap);
        Multi<ByteBuffer> content = switch (request.path()) {
            case "/elsewhere" -> source.emitOn(Infrastructure.getDefaultExecutor());
            case "/broken" ->
                Multi.createBy()
                        .concatenating()
                        .streams(source.select().first(30), Multi.createFrom().failure(new IOException("seeded")));
            case "/endless" ->
                Multi.createBy()
                        .concatenating()
                        .streams(source.select().first(30), Multi.createFrom().<ByteBuffer>nothing())
                        .onCancellation()
                        .invoke(() -> sourceCancelled.complete(null));
            case "/silent" -> Multi.createFrom().nothing();
            default -> source;
        };
        Runnable head = () -> request.response().putHeader("Content-Length", Long.toString(LENGTH));
        ContentResponse.send(
                        request.response(),
                        vertx.getOrCreateContext(),
                        head,
                        content,
                        Uni.createFrom().emitter(late -> {
                            var unused = tooLate.thenRun(() -> late.complete(null));
                        }))
                .subscribe()
                .with(
                        done -> {},
                        failure -> request.response()
                                .setStatusCode(503)
                                .end(failure.getMessage())
                                .onComplete(sent -> {}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/at-once", "/elsewhere"})
    void sendsEveryByteOnceAndInOrder(String path) throws Exception {
        for (int round = 0; round < 5; round++) {
            // When
            HttpResponse<byte[]> response = get(path);

            // Then
            assertThat(Arrays.mismatch(response.body(), all()))
                    .as("first byte that is wrong")
                    .isEqualTo(-1);
        }
    }

    @Test
    void breaksTheConnectionWhenTheContentFailsUnderWay() {
        assertThatThrownBy(() -> get("/broken"))
                .isInstanceOf(IOException.class)
                .hasStackTraceContaining("fixed content-length");
    }

    @Test
    void breaksTheConnectionAndStopsReadingWhenTheTimeIsOver() throws Exception {
        // Given
        InputStream body =
                get("/endless", HttpResponse.BodyHandlers.ofInputStream()).body();
        assertThat(body.read()).isNotNegative();

        // When
        tooLate.complete(null);

        // Then
        assertThatThrownBy(body::readAllBytes)
                .isInstanceOf(IOException.class)
                .hasStackTraceContaining("fixed content-length");
        sourceCancelled.get(10, TimeUnit.SECONDS);
    }

    @Test
    void failsWhenTheTimeIsOverBeforeTheFirstByte() throws Exception {
        tooLate.complete(null);

        assertThat(get("/silent").statusCode()).isEqualTo(503);
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return get(path, HttpResponse.BodyHandlers.ofByteArray());
    }

    private <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> handler) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(10))
                .build();
        return HttpClient.newHttpClient().send(request, handler);
    }

    private static byte[] all() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BUFFERS.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    /** Larger and smaller than a piece, and not a multiple of one. */
    private static byte[] buffer(int seed) {
        byte[] bytes = new byte[seed % 3 == 0 ? 200_001 : 40_000];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
