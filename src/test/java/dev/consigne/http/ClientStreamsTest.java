package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.client.ApiClient;
import dev.consigne.client.api.BucketsApi;
import dev.consigne.client.model.BucketSettings;
import dev.consigne.client.model.FileRecord;
import dev.consigne.client.streams.ContentStreams;
import dev.consigne.client.streams.DigestMismatchException;
import dev.consigne.client.streams.Download;
import dev.consigne.client.streams.ProblemException;
import dev.consigne.client.streams.Upload;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layer for streams beside the generated Java client, over the main stories. */
@QuarkusTest
class ClientStreamsTest {
    /** Another for each run: stores of tests are kept. */
    private static final String BUCKET =
            "client-streams-" + UUID.randomUUID().toString().substring(0, 8);

    @TestHTTPResource("/")
    URI root;

    private ContentStreams streams;

    @BeforeEach
    void connect() throws Exception {
        new BucketsApi(client(chain -> chain.proceed(chain.request())))
                .putBucket(BUCKET, new BucketSettings())
                .execute();
        streams = new ContentStreams(client(chain -> chain.proceed(chain.request())));
    }

    @Test
    void storesAStreamOfUnknownLengthAndReadsItBack() throws Exception {
        // When
        FileRecord stored =
                streams.upload(BUCKET, "a/ü 1.txt", Upload.of(text("hello")).withMediaType("text/plain"));

        // Then
        assertThat(stored.getName()).isEqualTo("a/ü 1.txt");
        assertThat(stored.getMediaType()).isEqualTo("text/plain");
        try (Download download = streams.download(BUCKET, "a/ü 1.txt")) {
            assertThat(download.stream()).hasContent("hello");
            assertThat(download.length()).hasValue(5);
            assertThat(download.mediaType()).isEqualTo("text/plain");
        }
    }

    @Test
    void tellsWhatAProblemHasToTell() throws Exception {
        // Given
        String small = BUCKET + "-small";
        new BucketsApi(client(chain -> chain.proceed(chain.request())))
                .putBucket(small, new BucketSettings().maxFileBytes(4L))
                .execute();

        // Then
        assertThatThrownBy(() -> streams.upload(small, "large", Upload.of(text("hello"))))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.code()).contains("content-too-large");
                    assertThat(refused.problem().orElseThrow().getLimit()).isEqualTo(4);
                });
    }

    @Test
    void refusesAStreamThatIsShorterThanSaid() {
        assertThatThrownBy(() ->
                        streams.upload(BUCKET, "short", Upload.of(text("hello")).withLength(6)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> streams.download(BUCKET, "short"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.code()).hasValue("file-not-found"));
    }

    @Test
    void readsARange() throws Exception {
        streams.upload(BUCKET, "range", Upload.of(text("0123456789")).withLength(10));

        try (Download part = streams.download(BUCKET, "range", Optional.of("bytes=2-4"))) {
            assertThat(part.stream()).hasContent("234");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 429})
    void sendsAgainWhatWasRefusedForNowAsOneUpload(int status) throws Exception {
        // Given
        List<String> keys = new ArrayList<>();
        ContentStreams unsteady = new ContentStreams(client(chain -> {
            keys.add(chain.request().header("Idempotency-Key"));
            Response answer = chain.proceed(chain.request());
            return keys.size() > 1 ? answer : unavailable(chain, answer, status);
        }));
        AtomicInteger opened = new AtomicInteger();

        // When
        FileRecord stored = unsteady.upload(BUCKET, "again" + status, Upload.of(() -> {
            opened.incrementAndGet();
            return text("again");
        }));

        // Then
        assertThat(opened).hasValue(2);
        assertThat(keys).hasSize(2).containsOnly(keys.get(0));
        assertThat(stored.getGeneration()).isEqualTo(1);
    }

    @Test
    void doesNotSendASpentStreamAgain() {
        // Given
        AtomicInteger sent = new AtomicInteger();
        ContentStreams unsteady = new ContentStreams(client(chain -> {
            sent.incrementAndGet();
            return unavailable(chain, chain.proceed(chain.request()), 503);
        }));

        // Then
        assertThatThrownBy(() -> unsteady.upload(BUCKET, "once", Upload.of(text("once"))))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.status()).isEqualTo(503));
        assertThat(sent).hasValue(1);
    }

    @Test
    void noticesBytesThatAreNotThoseStored() throws Exception {
        // Given
        streams.upload(BUCKET, "altered", Upload.of(text("right")));
        ContentStreams altering = new ContentStreams(client(chain -> chain.proceed(chain.request())
                .newBuilder()
                .body(ResponseBody.create("wrong", MediaType.get("text/plain")))
                .build()));

        // When
        try (Download download = altering.download(BUCKET, "altered")) {
            // Then
            assertThatThrownBy(() -> download.stream().readAllBytes()).isInstanceOf(DigestMismatchException.class);
            assertThatThrownBy(() -> download.stream().read()).isInstanceOf(DigestMismatchException.class);
        }
    }

    @Test
    void passes64MebibytesBothWaysInAHeapOf24() throws Exception {
        // When
        Process small = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-XX:MaxDirectMemorySize=8m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StreamsInSmallHeap.class.getName(),
                        root.toString().replaceAll("/$", ""),
                        BUCKET)
                .redirectErrorStream(true)
                .start();

        // Then
        String said = new String(small.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(small.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).endsWith(StreamsInSmallHeap.DONE);
    }

    private ApiClient client(Interceptor interceptor) {
        ApiClient client = new ApiClient();
        client.setBasePath(root.toString().replaceAll("/$", ""));
        client.setHttpClient(
                client.getHttpClient().newBuilder().addInterceptor(interceptor).build());
        return client;
    }

    private static Response unavailable(Interceptor.Chain chain, Response answer, int status) {
        answer.close();
        return new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .header("Retry-After", "0")
                .body(ResponseBody.create("", null))
                .build();
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
