package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.consigne.file.FileMeters.Limit;
import dev.consigne.testing.HandTicker;
import dev.consigne.testing.RawHttp;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    /** More than the buffers of both kernels hold. */
    private static final int LARGE = 64 << 20;

    private static final int PIECE = 64 * 1024;

    private static final Set<String> LARGE_PATHS = Set.of("/large", "/written", "/pieces");

    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final ClientPace.Terms TERMS = new ClientPace.Terms(1000, WINDOW, 0, Duration.ofHours(1));

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<Void> tooLate = new CompletableFuture<>();
    private final CompletableFuture<Void> sourceCancelled = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Context> loop = new CompletableFuture<>();
    private final HandTicker ticker = new HandTicker();
    private final Queue<Limit> counted = new ConcurrentLinkedQueue<>();
    private final Queue<WeakReference<byte[]>> pieces = new ConcurrentLinkedQueue<>();
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
            case "/large" ->
                Multi.createBy()
                        .repeating()
                        .supplier(() -> ByteBuffer.allocate(LARGE / 64))
                        .atMost(64)
                        .onCancellation()
                        .invoke(() -> sourceCancelled.complete(null));
            case "/pieces" -> Multi.createBy().repeating().supplier(this::piece).atMost(LARGE / PIECE);
            case "/written" -> {
                request.response().setWriteQueueMaxSize(2 * LARGE);
                yield Multi.createFrom().item(ByteBuffer.allocate(LARGE));
            }
            default -> source;
        };
        long length = LARGE_PATHS.contains(request.path()) ? LARGE : LENGTH;
        Runnable head = () -> request.response().putHeader("Content-Length", Long.toString(length));
        Context context = vertx.getOrCreateContext();
        loop.complete(context);
        request.connection().closeHandler(nothing -> closed.complete(null));
        ContentResponse.send(
                        request,
                        context,
                        new ClientPace(TERMS, counted::add, ticker, context),
                        head,
                        content,
                        Uni.createFrom().emitter(late -> {
                            var unused = tooLate.thenRun(() -> late.complete(null));
                        }))
                .subscribe()
                .with(
                        done -> ended.complete(null),
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

    /** However much it has taken before. */
    @Test
    void resetsTheConnectionOfAClientThatTakesNothing() throws Exception {
        try (RawHttp http = begun("/large")) {
            // When
            passUntilEnded();

            // Then
            sourceCancelled.get(10, TimeUnit.SECONDS);
            assertThat(counted).containsExactly(Limit.RATE);
            assertThat(ticker.waiting()).as("alarms").isZero();
            assertReset(http);
        }
    }

    @Test
    void resetsTheConnectionOfAClientThatTakesNothingOfWhatWasWritten() {
        try (RawHttp http = begun("/written")) {
            passUntilEnded();

            assertThat(counted).containsExactly(Limit.RATE);
            assertReset(http);
        }
    }

    @Test
    void resetsTheConnectionOfAClientThatTakesNothingWhenTheTimeIsOver() throws Exception {
        try (RawHttp http = begun("/written")) {
            tooLate.complete(null);

            ended.get(10, TimeUnit.SECONDS);
            assertThat(counted).containsExactly(Limit.TOTAL);
            assertReset(http);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/large", "/written"})
    void resetsNoMoreThanTheStreamOfAnHttp2ClientThatTakesNothing(String path) throws Exception {
        // Given
        io.vertx.core.http.HttpClient client = http2Client();
        CompletableFuture<Throwable> broken = new CompletableFuture<>();
        HttpConnection connection = begun(client, path, broken);
        assertThat(connection.remoteAddress()).isNotNull();

        // When
        passUntilEnded();

        // Then
        assertThat(broken.get(10, TimeUnit.SECONDS)).isInstanceOf(StreamResetException.class);
        assertThat(counted).containsExactly(Limit.RATE);
        CompletableFuture<HttpConnection> next = new CompletableFuture<>();
        client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/at-once")
                .compose(HttpClientRequest::send)
                .onSuccess(response -> next.complete(response.request().connection()))
                .onFailure(next::completeExceptionally);
        assertThat(next.get(10, TimeUnit.SECONDS)).as("the connection").isSameAs(connection);
    }

    @Test
    void holdsNoTimeAgainstAClientInWhichTheStoreIsSlow() throws Exception {
        // Given
        long sent = BUFFERS.stream().limit(30).mapToLong(b -> b.length).sum();
        InputStream body =
                get("/endless", HttpResponse.BodyHandlers.ofInputStream()).body();
        assertThat(body.readNBytes((int) sent)).hasSize((int) sent);
        for (int turn = 0; turn < 5; turn++) {
            turnOfTheLoop(); // in which it learns that its bytes have gone
        }

        // When
        for (int half = 0; half < 20; half++) {
            ticker.pass(WINDOW.dividedBy(2));
            turnOfTheLoop();
        }

        // Then
        assertThat(counted).isEmpty();
        assertThat(ended).isNotDone();
        body.close();
        ended.get(10, TimeUnit.SECONDS);
    }

    /** A piece is a part of a chunk: whoever keeps the one keeps the other, whose memory was given back. */
    @Test
    void keepsNoPieceThatAClientDoesNotTake() {
        try (RawHttp http = begun("/pieces")) {
            assertNoPieceKept();
            assertThat(http.readBytes(LARGE)).hasSize(LARGE);
        }
    }

    @Test
    void keepsNoPieceThatAnHttp2ClientDoesNotTake() throws Exception {
        begun(http2Client(), "/pieces", new CompletableFuture<>());

        assertNoPieceKept();
    }

    private void assertNoPieceKept() {
        await().atMost(SOON).untilAsserted(() -> {
            System.gc();
            assertThat(pieces).isNotEmpty();
            assertThat(pieces.stream().filter(piece -> piece.get() != null)).isEmpty();
        });
        assertThat(pieces).as("pieces asked for").hasSizeLessThan(LARGE / PIECE);
    }

    private ByteBuffer piece() {
        byte[] bytes = new byte[PIECE];
        pieces.add(new WeakReference<>(bytes));
        return ByteBuffer.wrap(bytes);
    }

    private io.vertx.core.http.HttpClient http2Client() {
        return vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    /** As the other, with a stream. */
    private HttpConnection begun(io.vertx.core.http.HttpClient client, String path, CompletableFuture<Throwable> broken)
            throws Exception {
        CompletableFuture<HttpConnection> connection = new CompletableFuture<>();
        client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
                .compose(HttpClientRequest::send)
                .onSuccess(response -> {
                    response.pause();
                    response.exceptionHandler(broken::complete);
                    connection.complete(response.request().connection());
                })
                .onFailure(connection::completeExceptionally);
        return connection.get(10, TimeUnit.SECONDS);
    }

    /** A client that has the head of its answer and takes no more than that. */
    private RawHttp begun(String path) {
        RawHttp http = RawHttp.open(URI.create("http://127.0.0.1:" + server.actualPort()), 64 * 1024);
        http.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(http.readHead().status()).isEqualTo(200);
        return http;
    }

    private void passUntilEnded() {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            ticker.pass(WINDOW.dividedBy(2));
            return ended.isDone();
        });
    }

    private void turnOfTheLoop() throws Exception {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        loop.get(10, TimeUnit.SECONDS).runOnContext(turn::complete);
        turn.get(10, TimeUnit.SECONDS);
    }

    /** Without waiting for the client to take what was written, and the kernel does not go on offering what it has. */
    private void assertReset(RawHttp http) {
        assertThat(closed).succeedsWithin(SOON);
        assertThat(http.readBytes(LARGE).length).isLessThan(LARGE / 8);
        assertThat(http.closedInOrder()).isFalse();
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
