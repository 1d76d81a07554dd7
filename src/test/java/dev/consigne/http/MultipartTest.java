package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads from a form (RFC 7578). */
@QuarkusTest
class MultipartTest {
    private static final String TYPE = "multipart/form-data; boundary=XyZ";
    private static final String END = "--XyZ--\r\n";

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void storesTheFileOfAForm() {
        RawResponse stored = bucket.form("", TYPE, file("file", "a b.txt", "hello") + END);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(stored.json().path("name").asText()).isEqualTo("a b.txt");
        assertThat(stored.json().path("mediaType").asText()).isEqualTo("text/plain");
        assertThat(stored.header("ETag"))
                .isEqualTo('"' + Bytes.sha256("hello".getBytes(StandardCharsets.US_ASCII)) + '"');
        assertThat(bucket.get("a%20b.txt").text()).isEqualTo("hello");
    }

    @Test
    void takesTheNameOfTheQueryBeforeThatOfThePart() {
        bucket.form("?name=dir%2Fb", TYPE, file("file", "a", "hello") + END);

        assertThat(bucket.names()).containsExactly("dir/b");
    }

    @Test
    void readsPastTextFieldsOnBothSidesOfTheFile() {
        RawResponse stored =
                bucket.form("", TYPE, field("title", "t") + file("file", "a", "hello") + field("note", "n") + END);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(bucket.get("a").text()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65535, 65536, 65537, (5 << 20) + 3})
    void storesFilesOfAnySizeWithoutSpooling(int length) throws IOException {
        byte[] body = Bytes.seeded(length, length);
        String form = file("file", "a", new String(body, StandardCharsets.ISO_8859_1)) + END;

        RawResponse stored = bucket.form("", TYPE, form);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(stored.json().path("length").asLong()).isEqualTo(length);
        assertThat(Bytes.sha256(bucket.get("a").body())).isEqualTo(Bytes.sha256(body));
        assertThat(spooled()).isEmpty();
    }

    @Test
    void takesAChunkedForm() {
        byte[] body = Bytes.seeded(1, 200_000);
        byte[] form = (file("file", "a", new String(body, StandardCharsets.ISO_8859_1)) + END)
                .getBytes(StandardCharsets.ISO_8859_1);
        try (RawHttp http = bucket.connect()) {
            http.send("POST " + bucket.path() + "/files HTTP/1.1\r\nHost: h\r\nContent-Type: " + TYPE
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int start = 0; start < form.length; start += 997) {
                int length = Math.min(997, form.length - start);
                http.send(Integer.toHexString(length) + "\r\n")
                        .send(form, start, length)
                        .send("\r\n");
            }

            assertThat(http.send("0\r\n\r\n").read().status()).isEqualTo(201);
        }
        assertThat(bucket.get("a").body()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's.txt", "a (1).txt", "\u00e9t\u00e9.txt", "\uD83D\uDE00.txt"})
    void takesTheNameOfThePartAsItIs(String name) {
        String bytes = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        RawResponse stored = bucket.form("", TYPE, file("file", bytes, "hello") + END);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(bucket.names()).containsExactly(name);
    }

    @Test
    void replacesAFile() {
        bucket.form("", TYPE, file("file", "a", "one") + END);

        RawResponse replaced = bucket.form("", TYPE, file("file", "a", "two") + END);

        assertThat(replaced.status()).isEqualTo(200);
        assertThat(bucket.get("a").text()).isEqualTo("two");
    }

    /** I41. */
    @ParameterizedTest
    @CsvSource({"../../etc/passwd, passwd", "/abs/a, a", "dir/a, a"})
    void takesTheLastSegmentOfAPathForTheName(String fileName, String name) {
        RawResponse stored = bucket.form("", TYPE, file("file", fileName, "hello") + END);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(bucket.names()).containsExactly(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "dir/..", "dir/", " "})
    void refusesFileNamesThatAreNone(String fileName) {
        RawResponse refused = bucket.form("", TYPE, file("file", fileName, "hello") + END);

        assertThat(refused.status()).as("%s", refused).isEqualTo(400);
        assertThat(bucket.names()).isEmpty();
    }

    /** I42. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; b=XyZ",
                "multipart/form-data; boundary=\"\""
            })
    void refusesFormsWithoutBoundary(String type) {
        assertProblem(bucket.form("", type, file("file", "a", "hello") + END), 400, "malformed-multipart");
        assertThat(bucket.names()).isEmpty();
    }

    /** I42. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "--XyZ\r\n", "--XyZ-\r\n", "--XyZ"})
    void refusesFormsThatDoNotEnd(String end) {
        assertProblem(bucket.form("", TYPE, file("file", "a", "hello") + end), 400, "malformed-multipart");
        assertThat(bucket.names()).isEmpty();
    }

    /** I42. */
    @Test
    void refusesBoundariesOfMoreThan70Characters() {
        String form = file("file", "a", "hello") + END;
        String longest = "b".repeat(70);

        assertProblem(
                bucket.form(
                        "", "multipart/form-data; boundary=" + "b".repeat(300), form.replace("XyZ", "b".repeat(300))),
                400,
                "malformed-multipart");
        assertThat(bucket.names()).isEmpty();
        assertThat(bucket.form("", "multipart/form-data; boundary=" + longest, form.replace("XyZ", longest))
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"multipart/form-data; boundary=\"XyZ\"", "multipart/form-data; charset=utf-8; boundary=XyZ"})
    void takesTheBoundaryHoweverItIsWritten(String type) {
        RawResponse stored = bucket.form("", type, file("file", "a", "hello") + END);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(bucket.get("a").text()).isEqualTo("hello");
    }

    @Test
    void refusesAFormWhoseFileDoesNotEnd() {
        String form = file("file", "a", "hello".repeat(40_000));

        assertProblem(bucket.form("", TYPE, form.substring(0, form.length() - 100)), 400, "malformed-multipart");
        assertThat(bucket.names()).isEmpty();
    }

    /** I44. */
    @ParameterizedTest
    @ValueSource(ints = {1, 300_000})
    void refusesASecondFile(int length) {
        String form = file("file", "a", "x".repeat(length)) + file("file", "b", "y".repeat(length)) + END;

        assertProblem(bucket.form("", TYPE, form), 400, "malformed-multipart");
        assertThat(bucket.names()).isEmpty();
    }

    /** I44. */
    @Test
    void refusesFormsWithoutFile() {
        assertProblem(bucket.form("", TYPE, END), 400, "malformed-multipart");
        assertProblem(bucket.form("", TYPE, field("file", "hello") + END), 400, "malformed-multipart");
        assertProblem(bucket.form("?name=a", TYPE, field("title", "t") + END), 400, "malformed-multipart");
        assertProblem(bucket.form("?name=a", TYPE, ""), 400, "malformed-multipart");
        assertThat(bucket.names()).isEmpty();
    }

    /** I43. */
    @Test
    void refusesFormsOfVeryManyFields() {
        RawResponse refused = bucket.form("", TYPE, field("f", "v").repeat(300) + file("file", "a", "hello") + END);

        assertProblem(refused, 400, "malformed-multipart");
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void refusesAPartOfABadType() {
        String form = file("file", "a", "hello").replace("text/plain", "text/html; charset=utf-7") + END;

        assertProblem(bucket.form("", TYPE, form), 400, "malformed-multipart");
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void refusesAFileOverTheLimitOfTheBucket() {
        TestBucket small = TestBucket.create(service, 1000);

        assertProblem(small.form("", TYPE, file("file", "a", "x".repeat(1001)) + END), 413, "content-too-large");
        assertThat(small.form("", TYPE, file("file", "b", "x".repeat(1000)) + END)
                        .status())
                .isEqualTo(201);
        assertThat(small.names()).containsExactly("b");
    }

    @Test
    void doesNotSayContinueBeforeARefusal() {
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head(
                    "POST",
                    "/api/v1/buckets/Bad_Name/files",
                    Optional.of(100),
                    "Content-Type: " + TYPE,
                    "Expect: 100-continue"));

            assertProblem(http.read(), 400, "invalid-bucket-name");
        }
    }

    private static String file(String field, String fileName, String content) {
        return "--XyZ\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"" + fileName
                + "\"\r\nContent-Type: text/plain\r\n\r\n" + content + "\r\n";
    }

    private static String field(String name, String value) {
        return "--XyZ\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static Stream<Path> spooled() throws IOException {
        Path uploads = Path.of("file-uploads");
        return Files.exists(uploads) ? Files.list(uploads) : Stream.empty();
    }
}
