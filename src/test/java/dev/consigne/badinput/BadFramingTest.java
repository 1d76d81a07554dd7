package dev.consigne.badinput;

import static dev.consigne.badinput.Scene.request;
import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages whose beginning, end or address can be understood in two ways (RFC 9112). Those that are no message at all the
 * HTTP server answers by itself, with a status and no body: there is no request yet that anybody could be asked about.
 */
@QuarkusTest
class BadFramingTest {
    private static final String HOST = " HTTP/1.1\r\nHost: h\r\n";
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metrics;

    @Inject
    Pool pool;

    private Scene scene;

    @BeforeEach
    void setScene() {
        scene = Scene.set(service, metrics, pool);
    }

    @Tag("I17")
    @Test
    void refusesRequestLinesThatAreTooLong() {
        scene.refusedBelow(Scene.get(scene.bucket().content("a".repeat(8200))), 414);
        scene.refusedBelow(Scene.get(scene.bucket().path() + "?a=" + "a".repeat(8200)), 414);
    }

    @Tag("I18")
    @Test
    void refusesHeadersThatAreTooLong() {
        scene.refusedBelow(request("PUT", content(), "hello", "X-Long: " + "a".repeat(21 * 1024)), 431);
        scene.refusedBelow(request("PUT", content(), "hello", "X-Many: a\r\n".repeat(3_000) + "X: a"), 431);
    }

    @Tag("I19")
    @Test
    void refusesTooManyParameters() {
        scene.refused(Scene.get(scene.bucket().path() + "/files?" + "a=b&".repeat(1001)), 400, "invalid-parameter");
    }

    @Tag("I23")
    @ParameterizedTest
    @ValueSource(
            strings = {"-1", "+5", "5,5", "5, 6", "0x10", "5 5", "", "99999999999999999999", "5\r\nContent-Length: 6"})
    void refusesContentLengthThatIsNotOneNumber(String length) {
        scene.refusedBelow("PUT " + content() + HOST + "Content-Length: " + length + "\r\n\r\nhello", 400);
    }

    @Tag("I24")
    @Test
    void refusesContentLengthBesideTransferEncoding() {
        scene.refusedBelow(
                "PUT " + content() + HOST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS, 400);
        scene.refusedBelow(
                "PUT " + content() + HOST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + CHUNKS, 400);
    }

    @Tag("I25")
    @ParameterizedTest
    @ValueSource(
            strings = {"xchunked", "chunked, identity", "identity", "chunked, chunked", "\u000bchunked", "chunkedx"})
    void refusesTransferEncodingOtherThanChunked(String encoding) {
        scene.refusedBelow("PUT " + content() + HOST + "Transfer-Encoding: " + encoding + "\r\n\r\n" + CHUNKS, 400);
    }

    @Tag("I25")
    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "gzip\r\nTransfer-Encoding: chunked", "deflate, chunked"})
    void refusesBodiesPackedByATransferCoding(String encoding) {
        scene.refused(
                "PUT " + content() + HOST + "Transfer-Encoding: " + encoding + "\r\n\r\n" + CHUNKS,
                501,
                "not-supported");
    }

    /** The head was fine, so the answer may be the resource's, which the end of its body then spares. */
    @Tag("I26")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "100000004\r\nhello\r\n0\r\n\r\n",
                "-5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "g\r\nhello\r\n0\r\n\r\n",
                "\r\nhello\r\n0\r\n\r\n",
                "5;a=b\nhello\r\n0\r\n\r\n",
                "5;a=\"\r\nhello\r\n0\r\n\r\n\"\r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "5\r\nhelloX\r\n0\r\n\r\n",
                "5\r\nhello0\r\n\r\n"
            })
    void refusesMalformedChunks(String body) {
        try (RawHttp http = scene.bucket().connect()) {
            http.send("PUT " + content() + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body);

            http.readIfAny()
                    .ifPresent(answer ->
                            assertThat(answer.status()).as("%s", answer).isEqualTo(400));

            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        scene.assertNothingStored();
    }

    @Tag("I22")
    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "CONNECT", "PATCH", "POST", "BREW", "PROPFIND", "put", "GETGET"})
    void refusesMethodsThePathDoesNotTake(String method) {
        scene.refused(request(method, content(), "hello"), 405, "method-not-allowed");
    }

    @Tag("I89")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: h\r\nHost: h\r\n",
                "Host: h\r\nHost: i\r\n",
                "Host: a b\r\n",
                "Host: a/b\r\n",
                "Host: a@b\r\n",
                "Host: a?b\r\n",
                "Host: [::1\r\n",
                "Host: h:99999999\r\n",
                "Host: h:x\r\n",
                "Host: \"><b>\r\n"
            })
    void refusesRequestsWithoutOneHost(String host) {
        scene.refused(
                "PUT " + content() + " HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello", 400, "invalid-header");
        scene.refused("GET /api/v1/buckets HTTP/1.1\r\n" + host + "\r\n", 400, "invalid-header");
    }

    @Tag("I96")
    @ParameterizedTest
    @ValueSource(strings = {"200-nonsense", "100-continue, more", "a-miracle", "\"\""})
    void refusesExpectationsItCannotMeet(String expectation) {
        scene.refused(request("PUT", content(), "hello", "Expect: " + expectation), 417, "expectation-failed");
    }

    @Tag("I97")
    @Test
    void answersPipelinedPutsInOrder() {
        StringBuilder puts = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            puts.append(request("PUT", scene.bucket().content("f" + i), "body" + i));
        }
        try (RawHttp http = scene.bucket().connect()) {
            http.send(puts.toString());

            for (int i = 0; i < 5; i++) {
                RawResponse stored = http.read();
                assertThat(stored.status()).as("%s", stored).isEqualTo(201);
                assertThat(stored.json().path("name").asText()).isEqualTo("f" + i);
            }
        }
        for (int i = 0; i < 5; i++) {
            assertThat(scene.bucket().get("f" + i).text()).isEqualTo("body" + i);
        }
    }

    /** Who is told that the connection closes must be able to rely on what came behind it not having been done. */
    @Tag("I97")
    @Test
    void doesNothingBehindARefusalThatClosesTheConnection() {
        try (RawHttp http = scene.bucket().connect()) {
            http.send(request("PUT", scene.bucket().content("%00"), "hello")
                    + request("PUT", scene.bucket().content("b"), "hello"));

            RawResponse refused = assertProblem(http.read(), 400, "invalid-name");

            if (refused.header("Connection").equals("close")) {
                assertThat(http.closedByPeer()).isTrue();
                scene.assertNothingStored();
            } else {
                assertThat(http.read().status()).isEqualTo(201);
            }
        }
    }

    @Tag("I97")
    @Test
    void takesRequestsOfHttp10WithoutHostAndClosesBehindThem() {
        try (RawHttp http = scene.bucket().connect()) {
            http.send("PUT " + scene.bucket().content("a") + " HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello" + "PUT "
                    + scene.bucket().content("b") + " HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello");

            assertThat(http.read().status()).isEqualTo(201);
            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        assertThat(scene.bucket().get("a").text()).isEqualTo("hello");
    }

    @Tag("I97")
    @Test
    void refusesChunksInHttp10() {
        try (RawHttp http = scene.bucket().connect()) {
            http.send("PUT " + content() + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS);

            http.readIfAny()
                    .ifPresent(answer ->
                            assertThat(answer.status()).as("%s", answer).isBetween(400, 499));

            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        scene.assertNothingStored();
    }

    @Tag("I98")
    @ParameterizedTest
    @ValueSource(strings = {"h2c", "websocket", "HTTP/2.0", "TLS/1.2"})
    void changesToNoOtherProtocol(String protocol) {
        try (RawHttp http = scene.bucket().connect()) {
            http.send(Scene.get(
                    scene.bucket().path(),
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: " + protocol,
                    "HTTP2-Settings: AAMAAABkAAQAAP__"));

            RawResponse answer = http.read();

            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        }
    }

    @Tag("I98")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.2\r\nHost: h\r\n\r\n"
            })
    void speaksNoOtherVersionWithoutTls(String message) {
        try (RawHttp http = scene.bucket().connect()) {
            http.send(message);

            assertThat(http.readIfAny()).isEmpty();
        }
    }

    @Tag("I99")
    @ParameterizedTest
    @CsvSource({
        "Authorization, Basic YTpi",
        "Content-Type, text/plain",
        "Content-Range, bytes 0-4/5",
        "Expect, 100-continue",
        "If-Modified-Since, 'Sat, 01 Jan 2000 00:00:00 GMT'",
        "If-Unmodified-Since, 'Sat, 01 Jan 2000 00:00:00 GMT'",
        "If-Range, '\"a\"'",
        "Range, bytes=0-1"
    })
    void refusesHeadersThatAreThereMoreThanOnce(String header, String value) {
        String line = header + ": " + value;
        scene.refused(request("PUT", content(), "hello", line, line), 400, "invalid-header");
        scene.refused(Scene.get(content(), (line + "\r\n").repeat(49) + line), 400, "invalid-header");
    }

    @Tag("I99")
    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "If-None-Match"})
    void refusesListsOfMoreTagsThanAreCompared(String header) {
        String line = header + ": \"a\"";
        scene.refused(request("PUT", content(), "hello", (line + "\r\n").repeat(49) + line), 400, "invalid-condition");
    }

    private String content() {
        return scene.bucket().content("a");
    }
}
