package dev.consigne.badinput;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that looks bad and is taken, as exactly what it is. */
@QuarkusTest
class OddInputTest {
    private static final int CHUNK = 64 * 1024;

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Tag("I9")
    @Test
    void takesBothUnicodeFormsOfANameForOneFile() {
        bucket.stored("%C3%A9", Bytes.seeded(1, 10));

        assertProblem(bucket.put("e%CC%81", Bytes.seeded(2, 10), "If-None-Match: *"), 412, "precondition-failed");
        assertThat(bucket.get("e%CC%81").body()).isEqualTo(Bytes.seeded(1, 10));
    }

    @Tag("I10")
    @Test
    void takesNamesOf1024Bytes() {
        String name = ("a".repeat(255) + "/").repeat(4).substring(0, 1020) + "/bcd";

        bucket.stored(name, Bytes.seeded(1, 10));

        assertThat(bucket.names()).containsExactly(name).allMatch(n -> n.length() == 1024);
    }

    @Tag("I13")
    @Tag("I14")
    @Tag("I15")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "CON | CON",
                "a. | a.",
                "a:b | a_b",
                "x::$DATA | x__$DATA",
                "a%22b | a_b",
                "a%3Bb%3D1 | a;b=1",
                "a%0D%0A | ",
                "%22%3E%3Csvg%20onload%3D1%3E.html | __svg onload=1_.html"
            })
    void offersNamesTame(String name, String offered) {
        if (offered == null) { // a name no file has
            assertProblem(bucket.put(name, new byte[0]), 400, "invalid-name");
            return;
        }
        bucket.stored(name, Bytes.seeded(1, 10));

        String disposition = bucket.get(name).header("Content-Disposition");

        assertThat(disposition.substring(disposition.indexOf("filename=") + 9))
                .startsWith("\"" + offered.substring(0, 1));
        assertThat(disposition).doesNotContain("<", ">", "\r", "\n", "\"\"");
        assertThat(disposition.chars().filter(c -> c == '"').count()).isEqualTo(2);
    }

    @Tag("I29")
    @Tag("I31")
    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK})
    void storesExactlyWhatItWasGiven(int length) {
        RawResponse stored = bucket.stored("a", Bytes.seeded(length, length));

        assertThat(stored.status()).isEqualTo(201);
        assertThat(stored.json().path("length").asInt()).isEqualTo(length);
        assertThat(bucket.get("a").body()).isEqualTo(Bytes.seeded(length, length));
    }

    @Tag("I30")
    @Test
    void takesExactlyTheLimit() {
        TestBucket small = TestBucket.create(service, 1000);

        assertThat(small.put("a", new byte[1000]).status()).isEqualTo(201);
        assertProblem(small.put("b", new byte[1001]), 413, "content-too-large");
    }

    @Tag("I32")
    @Test
    void takesWhatFollowsTheBodyForTheNextRequest() {
        try (RawHttp http = bucket.connect()) {
            http.send("PUT " + bucket.content("a")
                    + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello and more\r\n\r\n");

            assertThat(http.read().status()).isEqualTo(201);
            http.readIfAny()
                    .ifPresent(next -> assertThat(next.status()).as("%s", next).isBetween(400, 499));
        }
        assertThat(bucket.get("a").text()).isEqualTo("hello");
        assertThat(bucket.names()).containsExactly("a");
    }

    @Tag("I35")
    @Test
    void takesABodyOfNoTypeForBytes() {
        assertThat(bucket.stored("a", new byte[3]).json().path("mediaType").asText())
                .isEqualTo("application/octet-stream");
    }

    /** Whatever the bytes are: only a few types are shown at all, and only as what they were called. */
    @Tag("I36")
    @Tag("I37")
    @Tag("I38")
    @Tag("I40")
    @ParameterizedTest
    @CsvSource({
        "text/html, attachment",
        "TEXT/HTML; charset=utf-8, attachment",
        "image/svg+xml, attachment",
        "application/xhtml+xml, attachment",
        "text/xml, attachment",
        "application/javascript, attachment",
        "application/pdf, attachment",
        "image/gif, inline",
        "image/png, inline"
    })
    void neverLetsABrowserRunWhatItWasGiven(String type, String disposition) {
        byte[] polyglot =
                "GIF89a/*<svg onload=alert(1)>*/=1;%PDF-1.7 PK\u0003\u0004".getBytes(StandardCharsets.ISO_8859_1);
        bucket.stored("a", polyglot, "Content-Type: " + type);

        RawResponse got = bucket.get("a");

        assertThat(got.body()).isEqualTo(polyglot);
        assertThat(got.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(got.header("Content-Security-Policy")).contains("sandbox", "default-src 'none'");
        assertThat(got.header("Content-Disposition")).startsWith(disposition);
    }

    @Tag("I50")
    @Tag("I52")
    @Test
    void keepsMetadataThatLookLikeCodeAsTheyAre() {
        String metadata = "{\"$where\":\"1\",\"a.b\":1,\"__proto__\":{\"x\":1},\"constructor\":null,\"n\":1e400}";

        String after = bucket.stored("a", new byte[1], "Consigne-Metadata: " + metadata)
                .text()
                .replaceAll("\\s", "");

        assertThat(after)
                .contains("\"$where\":\"1\"", "\"a.b\":1", "\"__proto__\":{\"x\":1}", "\"n\":1" + "0".repeat(400));
    }

    @Tag("I58")
    @Tag("I59")
    @Tag("I60")
    @Tag("I61")
    @Tag("I62")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0 | 206",
                "bytes=-1 | 206",
                "bytes=5- | 206",
                "bytes=0- | 206",
                "bytes=99-99 | 206",
                "bytes=0-99999999999999999999 | 206",
                "bytes=100- | 416",
                "bytes=9999- | 416",
                "bytes=-0 | 416",
                "bytes=5-2 | 200",
                "bytes=a-b | 200",
                "bytes= | 200",
                "items=0-1 | 200",
                "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16 | 416"
            })
    void answersRangesAsTheyMean(String range, int status) {
        bucket.stored("a", Bytes.seeded(1, 100));

        RawResponse answer = bucket.get("a", "Range: " + range);

        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        if (status == 416 && !range.contains(",")) {
            assertThat(answer.header("Content-Range")).isEqualTo("bytes */100");
        }
    }

    @Tag("I59")
    @Tag("I61")
    @Test
    void refusesRangesOfAnEmptyFileAndAThousandThatOverlap() {
        bucket.stored("empty", new byte[0]);
        bucket.stored("a", Bytes.seeded(1, 100));

        assertProblem(bucket.get("empty", "Range: bytes=0-0"), 416, "range-not-satisfiable");
        assertProblem(bucket.get("a", "Range: bytes=0-" + ",0-".repeat(999)), 416, "too-many-ranges");
    }

    @Tag("I63")
    @Tag("I65")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Range: W/\"a\" | 200",
                "If-Range: \"stale\" | 200",
                "If-Range: garbage | 200",
                "If-Modified-Since: garbage | 206",
                "If-Modified-Since: Sat, 31 Feb 2026 00:00:00 GMT | 206",
                "If-Modified-Since: 99999999 | 206",
                "If-Unmodified-Since: garbage | 206"
            })
    void ignoresValidatorsThatSayNothing(String header, int status) {
        bucket.stored("a", Bytes.seeded(1, 100));

        assertThat(bucket.get("a", "Range: bytes=0-9", header).status()).isEqualTo(status);
    }

    /** A list is literal, however it looks to SQL. */
    @Tag("I77")
    @Test
    void findsNamesWithCharactersThatMeanSomethingElsewhere() {
        bucket.stored("100%25_a", new byte[1]);
        bucket.stored("100xxa", new byte[1]);

        assertThat(bucket.exchange("GET", bucket.path() + "/files?prefix=100%25_", Optional.empty())
                        .json()
                        .findValuesAsText("name"))
                .containsExactly("100%_a");
    }
}
