package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.Slice;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of a content (RFC 9110, section 14). */
@QuarkusTest
class RangeTest {
    private static final int CHUNK = 64 * 1024;
    private static final int LENGTH = 4 * CHUNK + 100;
    private static final byte[] CONTENT = Bytes.seeded(1, LENGTH);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void storeContent() {
        bucket = TestBucket.create(service);
        bucket.stored("a", CONTENT);
    }

    /** I58, I62, and the seams between chunks. */
    @ParameterizedTest
    @CsvSource({
        "0-0, 0, 0",
        "-1, 262243, 262243",
        "-300000, 0, 262243",
        "5-, 5, 262243",
        "0-, 0, 262243",
        "262243-262243, 262243, 262243",
        "262243-, 262243, 262243",
        "65535-65536, 65535, 65536",
        "65536-131071, 65536, 131071",
        "65535-131072, 65535, 131072",
        "100-262242, 100, 262242",
        "5-999999999999, 5, 262243",
        "0-99999999999999999999, 0, 262243",
        "007-0010, 7, 10"
    })
    void answersARangeWithExactlyItsBytes(String range, int first, int last) {
        RawResponse part = bucket.get("a", "Range: bytes=" + range);

        assertThat(part.status()).as("%s", part.headers()).isEqualTo(206);
        assertThat(part.header("Content-Range")).isEqualTo("bytes " + first + "-" + last + "/" + LENGTH);
        assertThat(part.header("Content-Length")).isEqualTo(Integer.toString(last - first + 1));
        assertThat(part.header("ETag")).isEqualTo('"' + Bytes.sha256(CONTENT) + '"');
        assertThat(part.whole()).isTrue();
        assertThat(Bytes.sha256(part.body())).isEqualTo(Bytes.sha256(Arrays.copyOfRange(CONTENT, first, last + 1)));
    }

    /** I59. */
    @ParameterizedTest
    @ValueSource(strings = {"262244-", "262244-262245", "999999-", "-0", "99999999999999999999-"})
    void rejectsRangeBeyondEnd(String range) {
        RawResponse refused = assertProblem(bucket.get("a", "Range: bytes=" + range), 416, "range-not-satisfiable");

        assertThat(refused.header("Content-Range")).isEqualTo("bytes */" + LENGTH);
    }

    /** I59. */
    @ParameterizedTest
    @ValueSource(strings = {"0-", "0-0", "-1"})
    void rejectsAnyRangeOfAnEmptyFile(String range) {
        bucket.stored("empty", new byte[0]);

        RawResponse refused = assertProblem(bucket.get("empty", "Range: bytes=" + range), 416, "range-not-satisfiable");

        assertThat(refused.header("Content-Range")).isEqualTo("bytes */0");
    }

    /** I60. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=5-2",
                "bytes=a-b",
                "bytes=-",
                "bytes=",
                "bytes",
                "items=0-1",
                "bytes=0-1-2",
                "bytes=--1",
                "bytes=0x1-2",
                "bytes=1.5-2",
                "0-1"
            })
    void answersWholeWhenTheRangeSaysNothing(String range) {
        RawResponse whole = bucket.get("a", "Range: " + range);

        assertThat(whole.status()).as("%s", whole.headers()).isEqualTo(200);
        assertThat(whole.all("Content-Range")).isEmpty();
        assertThat(whole.header("Content-Length")).isEqualTo(Integer.toString(LENGTH));
        assertThat(Bytes.sha256(whole.body())).isEqualTo(Bytes.sha256(CONTENT));
    }

    /** I61. */
    @ParameterizedTest
    @ValueSource(ints = {9, 1000})
    void refusesManyRanges(int count) {
        String ranges = "0-99,".repeat(count - 1) + "0-99";

        assertProblem(bucket.get("a", "Range: bytes=" + ranges), 416, "too-many-ranges");
    }

    @Test
    void answersARangeOnlyIfItsConditionNamesThisContent() {
        String tag = '"' + Bytes.sha256(CONTENT) + '"';
        String date = bucket.get("a").header("Last-Modified");

        assertThat(bucket.get("a", "Range: bytes=0-9", "If-Range: " + tag).status())
                .isEqualTo(206);
        assertThat(bucket.get("a", "Range: bytes=0-9", "If-Range: " + date).status())
                .as("two generations of one second share a date")
                .isEqualTo(200);
        assertThat(bucket.get("a", "Range: bytes=0-9", "If-Range: W/" + tag).status())
                .isEqualTo(200);
        assertThat(bucket.get("a", "Range: bytes=0-9", "If-Range: \"other\"").status())
                .isEqualTo(200);
        assertThat(bucket.get("a", "Range: bytes=0-9", "If-Range: Sun, 06 Nov 1994 08:49:37 GMT")
                        .status())
                .isEqualTo(200);
        assertThat(bucket.get("a", "Range: bytes=0-9", "If-Range: yesterday").status())
                .isEqualTo(200);
    }

    @Test
    void doesNotMixTwoGenerationsAcrossRanges() {
        String tag = bucket.get("a").header("ETag");
        byte[] newer = Bytes.seeded(2, LENGTH);
        bucket.stored("a", newer);

        RawResponse rest = bucket.get("a", "Range: bytes=100-", "If-Range: " + tag);

        assertThat(rest.status()).isEqualTo(200);
        assertThat(Bytes.sha256(rest.body())).isEqualTo(Bytes.sha256(newer));
    }

    @Test
    void answersSeveralRangesInOneBody() {
        RawResponse answer = bucket.get("a", "Range: bytes=262240-,65530-65540,0-0,131072-140000,-1");

        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.all("Content-Range")).as("each part has its own").isEmpty();
        assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(answer.body().length));
        assertThat(answer.whole()).isTrue();
        assertParts(
                answer, List.of(new Slice(262240, 4), new Slice(65530, 11), new Slice(0, 1), new Slice(131072, 8929)));
    }

    @Test
    void answersRangesThatTouchAsOne() {
        RawResponse answer = bucket.get("a", "Range: bytes=0-9,10-19,15-29");

        assertThat(answer.header("Content-Range")).isEqualTo("bytes 0-29/" + LENGTH);
        assertThat(answer.body()).isEqualTo(Arrays.copyOf(CONTENT, 30));
    }

    @Test
    void namesTheDigestOfTheWholeWithEveryPart() {
        String digest = bucket.get("a").header("Content-Digest");

        assertThat(bucket.get("a", "Range: bytes=0-9").header("Repr-Digest")).isEqualTo(digest);
        assertThat(bucket.get("a", "Range: bytes=0-9").all("Content-Digest")).isEmpty();
        assertThat(bucket.get("a", "Range: bytes=0-9,20-29").header("Repr-Digest"))
                .isEqualTo(digest);
        assertThat(bucket.get("a", "Want-Repr-Digest: sha-512=3, sha-256=0").all("Repr-Digest"))
                .isEmpty();
        assertThat(bucket.get("a", "Want-Content-Digest: sha-256=0").all("Content-Digest"))
                .isEmpty();
        assertThat(bucket.get("a", "Want-Repr-Digest: sha-512=3").header("Repr-Digest"))
                .isEqualTo(digest);
        assertThat(bucket.get("a", "Want-Repr-Digest: ?!").header("Repr-Digest"))
                .isEqualTo(digest);
    }

    /** What a browser does with a film: from the start, gone in the middle, on from elsewhere, on the same connection. */
    @Test
    void letsABrowserSeek() {
        bucket.stored("film.mp4", CONTENT, "Content-Type: video/mp4");
        try (RawHttp first = bucket.connect()) {
            first.send(TestBucket.head("GET", bucket.content("film.mp4"), Optional.empty(), "Range: bytes=0-"))
                    .readBytes(1000);
        }
        try (RawHttp next = bucket.connect()) {
            for (int from : new int[] {200_000, 70_000, LENGTH - 1}) {
                RawResponse rest = next.send(TestBucket.head(
                                "GET", bucket.content("film.mp4"), Optional.empty(), "Range: bytes=" + from + "-"))
                        .read();

                assertThat(rest.status()).isEqualTo(206);
                assertThat(rest.header("Content-Disposition")).startsWith("inline");
                assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(CONTENT, from, LENGTH));
            }
        }
    }

    private static void assertParts(RawResponse answer, List<Slice> slices) {
        String type = answer.header("Content-Type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String boundary = type.substring(type.indexOf('=') + 1);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (Slice slice : slices) {
            String head = "\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes "
                    + slice.offset() + "-" + (slice.end() - 1) + "/" + LENGTH + "\r\n\r\n";
            expected.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
            expected.writeBytes(Arrays.copyOfRange(CONTENT, (int) slice.offset(), (int) slice.end()));
        }
        expected.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(answer.body()).isEqualTo(expected.toByteArray());
    }
}
