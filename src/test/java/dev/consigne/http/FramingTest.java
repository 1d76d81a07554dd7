package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a request ends and the next begins: nothing may be understood in two ways (RFC 9112, sections 6 and 7). */
@QuarkusTest
class FramingTest {
    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    /** I23. */
    @ParameterizedTest
    @ValueSource(strings = {"-1", "+5", "5,5", "5, 6", "0x10", "5 5", "", "99999999999999999999"})
    void refusesContentLengthThatIsNotANumber(String length) {
        refused("PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\nhello");
    }

    /** I23. */
    @ParameterizedTest
    @ValueSource(strings = {"5", "6"})
    void refusesTwoContentLengths(String second) {
        refused("PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: " + second
                + "\r\n\r\nhello");
    }

    /** I24. */
    @Test
    void refusesContentLengthBesideTransferEncoding() {
        refused(
                "PUT " + bucket.content("a")
                        + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    }

    /** I25. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xchunked",
                "chunked, identity",
                "identity",
                "chunked, chunked",
                "\u000bchunked",
                "chunkedx",
                "\"chunked\""
            })
    void refusesTransferEncodingOtherThanChunked(String encoding) {
        refused("PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: " + encoding
                + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    }

    /** I25, with a framing that is right: what cannot be unpacked is not stored packed. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "gzip\r\nTransfer-Encoding: chunked"})
    void refusesBodiesPackedByATransferCoding(String encoding) {
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: " + encoding
                    + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");

            assertProblem(http.read(), 501, "not-supported");
            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        assertThat(bucket.names()).isEmpty();
    }

    /** I25. */
    @Test
    void refusesSpaceBeforeTheColonOfTransferEncoding() {
        refused("PUT " + bucket.content("a")
                + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    }

    /** I26. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "100000005\r\nhello\r\n0\r\n\r\n",
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
        try (RawHttp http = bucket.connect()) {
            http.send(
                    "PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body);

            Optional<RawResponse> answer = http.readIfAny();

            assertThat(answer.map(RawResponse::status).orElse(400))
                    .as("%s", answer)
                    .isEqualTo(400);
            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        assertThat(bucket.names()).isEmpty();
    }

    /** I32. */
    @Test
    void takesWhatFollowsTheBodyForTheNextRequest() {
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET "
                    + bucket.content("a") + " HTTP/1.1\r\nHost: h\r\n\r\n");

            RawResponse stored = http.read();
            RawResponse got = http.read();

            assertThat(stored.status()).isEqualTo(201);
            assertThat(got.text()).isEqualTo("hello");
        }
    }

    /** I32. */
    @Test
    void storesNothingTwiceWhenRubbishFollowsTheBody() {
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content("a")
                    + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello and a bit more\r\n\r\n");

            RawResponse stored = http.read();
            Optional<RawResponse> next = http.readIfAny();

            assertThat(stored.status()).isEqualTo(201);
            assertThat(next.map(RawResponse::status).orElse(400)).isBetween(400, 499);
        }
        assertThat(bucket.get("a").text()).isEqualTo("hello");
        assertThat(bucket.names()).containsExactly("a");
    }

    private void refused(String request) {
        try (RawHttp http = bucket.connect()) {
            http.send(request);

            Optional<RawResponse> answer = http.readIfAny();

            assertThat(answer)
                    .hasValueSatisfying(a -> assertThat(a.status()).as("%s", a).isEqualTo(400));
            assertThat(http.closedByPeer()).as("closed").isTrue();
        }
        assertThat(bucket.names()).isEmpty();
    }
}
