package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body says it is: kept and given back, never believed. */
@QuarkusTest
class ContentTypeTest {
    private static final byte[] HTML = "<script>alert(1)</script>".getBytes(StandardCharsets.US_ASCII);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    /** I33, I34: never unpacked; a bomb is refused by its header, before its body. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "GZIP", "identity, gzip"})
    void refusesContentEncodings(String encoding) throws IOException {
        RawResponse refused = bucket.put("a", gzip(new byte[10 << 20]), "Content-Encoding: " + encoding);

        assertProblem(refused, 415, "unsupported-media-type");
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void storesPackedBytesAsTheyAre() throws IOException {
        byte[] packed = gzip(HTML);

        bucket.stored("a.gz", packed, "Content-Type: application/gzip", "Content-Encoding: identity");

        RawResponse got = bucket.get("a.gz", "Accept-Encoding: gzip");
        assertThat(got.body()).isEqualTo(packed);
        assertThat(got.all("Content-Encoding")).isEmpty();
    }

    /** I35. */
    @Test
    void takesABodyOfNoTypeForBytes() {
        RawResponse put = bucket.put("a", HTML);
        RawResponse post = bucket.exchange("POST", bucket.path() + "/files?name=b", Optional.of(HTML));

        assertThat(put.status()).isEqualTo(201);
        assertThat(post.status()).as("%s", post).isEqualTo(201);
        assertThat(bucket.get("a").header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(bucket.get("b").header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(bucket.get("b").body()).isEqualTo(HTML);
    }

    /** I36, I38: what a browser could run is an attachment in a sandbox. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "TEXT/HTML; charset=utf-8",
                "image/svg+xml",
                "application/xhtml+xml",
                "application/pdf",
                "text/xml"
            })
    void neverLetsABrowserRunWhatItWasGiven(String type) {
        bucket.stored("a.html", HTML, "Content-Type: " + type);

        RawResponse got = bucket.get("a.html");

        assertThat(got.body()).isEqualTo(HTML);
        assertThat(got.header("Content-Type")).isEqualTo(type);
        assertThat(got.header("Content-Disposition")).startsWith("attachment;");
        assertSafe(got);
    }

    /** I37: shown as the image it says it is, and as nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"image/png", "text/plain; charset=utf-8"})
    void showsInertTypesAsDeclared(String type) {
        bucket.stored("a.png", HTML, "Content-Type: " + type);

        RawResponse got = bucket.get("a.png");

        assertThat(got.header("Content-Type")).isEqualTo(type);
        assertThat(got.header("Content-Disposition")).startsWith("inline;");
        assertSafe(got);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "text/",
                "/plain",
                "text/html; charset=utf-7",
                "text/html; charset=\"UTF-7\"",
                "a/b; c",
                "a b/c",
                "text/pläin",
                "multipart/",
                "*"
            })
    void refusesTypesThatAreNone(String type) {
        assertProblem(bucket.put("a", HTML, "Content-Type: " + type), 400, "invalid-content-type");
        assertProblem(
                bucket.exchange("POST", bucket.path() + "/files?name=b", Optional.of(HTML), "Content-Type: " + type),
                400,
                "invalid-content-type");
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void refusesTypesOfAnyLength() {
        assertProblem(bucket.put("a", HTML, "Content-Type: x/" + "y".repeat(5000)), 400, "invalid-content-type");
        assertThat(bucket.names()).isEmpty();
    }

    private static void assertSafe(RawResponse response) {
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.header("Content-Security-Policy"))
                .isEqualTo("sandbox; default-src 'none'; frame-ancestors 'none'");
        assertThat(response.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }
}
