package dev.consigne.badinput;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms (RFC 7578) that are broken, or are not one file. */
@QuarkusTest
class BadFormTest {
    private static final String TYPE = "multipart/form-data; boundary=XyZ";
    private static final String END = "--XyZ--\r\n";
    private static final String FILE = part("name=\"file\"; filename=\"a\"", "hello");

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

    @Tag("I41")
    @ParameterizedTest
    @ValueSource(strings = {"", "..", "dir/..", "dir/", " ", "a\u0001b", "..\\..", "a\u007fb", "a\u0000b"})
    void refusesFileNamesThatAreNone(String fileName) {
        refused(TYPE, part("name=\"file\"; filename=\"" + fileName + "\"", "hello") + END, "invalid-name");
    }

    @Tag("I45")
    @ParameterizedTest
    @ValueSource(strings = {"a%0D%0Ab", "a%00b", "a%E2%80%AEb", "..", "%2e%2e"})
    void refusesEncodedFileNamesThatAreNone(String fileName) {
        refused(TYPE, part("name=\"file\"; filename*=UTF-8''" + fileName, "hello") + END, "invalid-name");
    }

    /** What decoders tidy up, a file would be called by. */
    @Tag("I41")
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '^',
            delimiter = '|',
            value = {
                "a;b.txt | a;b.txt",
                "a=b.txt | a=b.txt",
                "a; filename=b.txt | a; filename=b.txt",
                "a,b:c.txt | a,b:c.txt",
                "a%22b.txt | a%22b.txt",
                "a\\\"b.txt | a\"b.txt",
                "it's.txt | it's.txt",
                "a\"; filename*=\"UTF-8''b%3B%C3%A9 | b;\u00e9"
            })
    void takesTheNameOfThePartAsItIs(String sent, String meant) {
        RawResponse stored = scene.bucket().form("", TYPE, part("name=\"file\"; filename=\"" + sent + "\"", "x") + END);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(scene.bucket().names()).containsExactly(meant);
    }

    @Tag("I42")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data;",
                "multipart/form-data; boundary",
                "multipart/form-data; boundary=",
                "multipart/form-data; b=XyZ",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=\"XyZ",
                "multipart/form-data; boundary=other"
            })
    void refusesFormsWithoutTheirBoundary(String type) {
        refused(type, FILE + END);
    }

    @Tag("I42")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data\\; boundary=XyZ",
                "multipart/form-data/x; boundary=XyZ",
                "multipart/form-data(; boundary=XyZ",
                "multipart/form-data,; boundary=XyZ"
            })
    void refusesTypesThatAreAlmostThatOfForms(String type) {
        refused(type, FILE + END, "invalid-content-type");
    }

    @Tag("I42")
    @Test
    void refusesBoundariesOfMoreThan70Characters() {
        String boundary = "b".repeat(300);

        refused("multipart/form-data; boundary=" + boundary, (FILE + END).replace("XyZ", boundary));
    }

    @Tag("I42")
    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "--XyZ\r\n", "--XyZ-\r\n", "--XyZ", "--xyz--\r\n", "-XyZ--\r\n"})
    void refusesFormsThatDoNotEnd(String end) {
        refused(TYPE, FILE + end);
    }

    @Tag("I42")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "--XyZ\r\n\r\nhello\r\n--XyZ--\r\n",
                "--XyZ\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--XyZ--\r\n",
                "--XyZ\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nhello\r\n--XyZ--\r\n",
                "--XyZ\r\nContent-Disposition: attachment; name=\"f\"; filename=\"a\"\r\n\r\nhello\r\n--XyZ--\r\n",
                "--XyZ\r\nContent-Disposition\r\n\r\nhello\r\n--XyZ--\r\n",
                "--XyZ\r\n: :\r\n\r\nhello\r\n--XyZ--\r\n",
                "--XyZ\r\nContent-Type: multipart/mixed\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nhello\r\n--XyZ--\r\n"
            })
    void refusesFormsThatAreNone(String form) {
        refused(TYPE, form);
    }

    @Tag("I43")
    @Test
    void refusesFormsOfManyPartsOrOfLargeOnes() {
        String field = part("name=\"f\"", "v");
        refused(TYPE, field.repeat(257) + FILE + END);
        refused(TYPE, part("name=\"" + "f".repeat(33 * 1024) + "\"; filename=\"a\"", "hello") + END);
        refused(TYPE, headers("X-Many: v\r\n".repeat(5_000)) + END);
        refused(TYPE, headers("X-Long: " + "v".repeat(33 * 1024) + "\r\n") + END);
        refused(TYPE, part("name=\"f\"", "v".repeat(100_000)) + FILE + END);
    }

    @Tag("I44")
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 300_000})
    void refusesASecondFile(int length) {
        refused(
                TYPE,
                part("name=\"file\"; filename=\"a\"", "x".repeat(length))
                        + part("name=\"file\"; filename=\"b\"", "y".repeat(length))
                        + END);
    }

    @Tag("I44")
    @Test
    void refusesFormsWithoutFile() {
        refused(TYPE, END);
        refused(TYPE, part("name=\"file\"", "hello") + END);
        refused(TYPE, part("name=\"title\"", "t") + part("name=\"file\"", "hello") + END);
    }

    @Tag("I45")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "name=\"file\"; filename=\"a\r\nX: y\"",
                "name=\"file\"; filename=\"a\nb\"",
                "name=\"file\"; filename=\"a\rb\"",
                "name=\"file\"; filename=\"a\"b\"",
                "name=\"file\"; filename=\"a\"; filename=\"b\"",
                "name=\"file\"; filename=\"a\"\r\nContent-Disposition: form-data; name=\"b\"",
                "name=\"file\"; filename=\"\u00ff\"",
                "name=\"fi\r\nle\"; filename=\"a\"",
                "name=\"file\"; filename*=no-charset''a",
                "name=\"file\"; filename*=UTF-8''%ff%zz"
            })
    void refusesLineBreaksInTheNamesOfParts(String disposition) {
        refused(TYPE, part(disposition, "hello") + END);
    }

    /** The answer must not be lost because more of the body came than anybody wanted. */
    @Tag("I44")
    @Test
    void answersBeforeItClosesWhileTheFormIsStillSent() {
        TestBucket small = TestBucket.create(service, 1000);
        String form = part("name=\"file\"; filename=\"a\"", "x".repeat(700_000)) + END;
        try (RawHttp http = small.connect()) {
            http.send(TestBucket.head(
                            "POST", small.path() + "/files", Optional.of(form.length()), "Content-Type: " + TYPE))
                    .send(form);

            RawResponse refused = assertProblem(http.read(), 413, "content-too-large");

            if (refused.header("Connection").equals("close")) { // the form had not been read to its end by then
                assertThat(http.closedInOrder()).as("closed and not reset").isTrue();
            } else {
                assertThat(http.send(Scene.get(small.path())).read().status()).isEqualTo(200);
            }
        }
        assertThat(small.names()).isEmpty();
        scene.assertNothingStored();
    }

    private void refused(String type, String form) {
        refused(type, form, "malformed-multipart");
    }

    private void refused(String type, String form, String code) {
        scene.refused(
                Scene.request("POST", scene.bucket().path() + "/files", form, "Content-Type: " + type), 400, code);
    }

    private static String part(String disposition, String content) {
        return "--XyZ\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: text/plain\r\n\r\n"
                + content + "\r\n";
    }

    private static String headers(String more) {
        return "--XyZ\r\n" + more + "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello\r\n";
    }
}
