package dev.consigne.badinput;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.testing.ContentRows;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.vertx.mutiny.sqlclient.Pool;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * An empty bucket that bad requests are sent to, byte by byte as they are written, and what is true of the service after
 * each: the answer is whole and tells nothing of the inside, the connection works or is closed, and nothing was stored.
 */
final class Scene {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final TestBucket bucket;
    private final ContentRows rows;
    private final Metrics metrics;
    private final long mark;

    private Scene(TestBucket bucket, ContentRows rows, Metrics metrics) {
        this.bucket = bucket;
        this.rows = rows;
        this.metrics = metrics;
        this.mark = rows.mark();
    }

    static Scene set(URI service, URI metrics, Pool pool) {
        return new Scene(TestBucket.create(service), new ContentRows(pool), new Metrics(metrics));
    }

    TestBucket bucket() {
        return bucket;
    }

    /** A request line and headers with the body's length, and the body. */
    static String request(String method, String path, String body, String... headers) {
        return TestBucket.head(method, path, Optional.of(body.length()), headers) + body;
    }

    static String get(String path, String... headers) {
        return TestBucket.head("GET", path, Optional.empty(), headers);
    }

    /** The request is answered with this problem, and leaves no trace. */
    RawResponse refused(String request, int status, String code) {
        return refused(request.getBytes(StandardCharsets.ISO_8859_1), status, code);
    }

    RawResponse refused(byte[] request, int status, String code) {
        RawResponse answer;
        try (RawHttp http = bucket.connect()) {
            answer = assertProblem(http.sendUnlessRefused(request).read(), status, code);
            assertThat(answer.whole()).as("%s", answer).isTrue();
            assertSane(http, answer);
        }
        assertNothingStored();
        return answer;
    }

    /** The HTTP server answers by itself, with a status alone, closes the connection, and leaves no trace. */
    void refusedBelow(String request, int status) {
        try (RawHttp http = bucket.connect()) {
            RawResponse answer = http.sendUnlessRefused(request.getBytes(StandardCharsets.ISO_8859_1))
                    .read();
            assertThat(answer.status()).as("%s", answer).isEqualTo(status);
            assertThat(answer.text()).isEmpty();
            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        assertNothingStored();
    }

    /** No file, no content, no upload that still runs. */
    void assertNothingStored() {
        assertThat(bucket.names()).isEmpty();
        assertThat(rows.statesSince(mark)).doesNotContain("LIVE", "SUSPECT");
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isZero());
    }

    /** Said to be closed, it is; otherwise the next request is understood. */
    private void assertSane(RawHttp http, RawResponse answer) {
        if (answer.header("Connection").equalsIgnoreCase("close")) {
            assertThat(http.closedByPeer()).as("closed").isTrue();
        } else {
            RawResponse next = http.send(get(bucket.path())).read();
            assertThat(next.status()).as("%s", next).isEqualTo(200);
            assertThat(next.json().path("name").asText()).isEqualTo(bucket.name());
        }
    }
}
