package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of files as they come in a path: which are taken, as what, and which are refused. */
@QuarkusTest
class NameTest {
    private static final byte[] BODY = Bytes.seeded(1, 100);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @ParameterizedTest
    @CsvSource({
        "2026/report.pdf, 2026/report.pdf",
        "2026%2Freport.pdf, 2026/report.pdf",
        "2026%2freport.pdf, 2026/report.pdf",
        "my%20file, my file",
        "été/café.txt, été/café.txt",
        "%C3%A9t%C3%A9, été",
        "a+b, a+b",
        "100%25, 100%",
        "a%3Bb, a;b",
        "%3F%23, ?#",
        "content/files, content/files",
        "a/content/b, a/content/b",
        "%F0%9F%98%80, 😀"
    })
    void takesNamesRawAndPercentEncoded(String sent, String meant) {
        RawResponse stored = bucket.put(sent, BODY);

        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        assertThat(stored.json().path("name").asText()).isEqualTo(meant);
        assertThat(bucket.names()).containsExactly(meant);
        assertThat(bucket.get(sent).body()).isEqualTo(BODY);
        assertThat(bucket.delete(sent).status()).isEqualTo(204);
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void servesOneFileUnderEachSpellingOfItsName() {
        bucket.stored("été/my%20file", BODY);

        assertThat(bucket.get("%C3%A9t%C3%A9/my%20file").body()).isEqualTo(BODY);
        assertThat(bucket.get("%c3%a9t%c3%a9%2Fmy%20%66ile").body()).isEqualTo(BODY);
    }

    @Test
    void readsTheNameByItsPlaceAlsoWhenTheSegmentBeforeItIsEncoded() {
        RawResponse stored =
                bucket.exchange("PUT", bucket.path() + "/%63ontent/a/content/b", java.util.Optional.of(BODY));

        assertThat(stored.json().path("name").asText()).isEqualTo("a/content/b");
    }

    /** I1. */
    @ParameterizedTest
    @ValueSource(strings = {"", "%20", "%20%20", "a/%20/b", "%C2%A0%20"})
    void refusesEmptyAndBlankNames(String name) {
        refused(name, "invalid-name");
    }

    /** I5, I6, I7, and what Unicode says is no character. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a%00b",
                "a%0Db",
                "a%0Ab",
                "a%09b",
                "a%1Bb",
                "a%7Fb",
                "a%C2%85b",
                "a%E2%80%AEb",
                "a%E2%80%8Bb",
                "%EF%BB%BFa",
                "a%E2%81%A6b",
                "a%E2%80%A8b",
                "a%EF%BF%BFb",
                "a%EF%B7%90b"
            })
    void refusesCharactersThatCannotBeSeen(String name) {
        refused(name, "invalid-name");
    }

    /** I8. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "%c0%ae",
                "%c0%ae%c0%ae/x",
                "%ff",
                "%ED%A0%80",
                "%E2%82",
                "%F4%90%80%80",
                "%F8%88%80%80%80",
                "a%e9b"
            })
    void refusesWhatIsNotUtf8(String name) {
        refused(name, "invalid-encoding");
    }

    /** I9. */
    @Test
    void takesBothUnicodeFormsOfANameForOneFile() {
        bucket.stored("%C3%A9", Bytes.seeded(2, 10));

        RawResponse second = bucket.put("e%CC%81", BODY);

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json().path("generation").asLong()).isEqualTo(2);
        assertThat(bucket.get("%C3%A9").body()).isEqualTo(BODY);
        assertThat(bucket.names()).containsExactly("\u00e9");
    }

    /** I10. */
    @Test
    void takes1024BytesAndNotOneMore() {
        String longest = ("a".repeat(255) + "/").repeat(4);
        String name1024 = longest.substring(0, 1020) + "/bcd";
        assertThat(name1024).hasSize(1024);

        assertThat(bucket.put(name1024, BODY).status()).isEqualTo(201);
        assertThat(bucket.get(name1024).body()).isEqualTo(BODY);
        assertProblem(bucket.put(name1024 + "e", BODY), 400, "name-too-long");
        assertThat(bucket.names()).containsExactly(name1024);
    }

    /** I10: percent-encoded it is three times as long. */
    @Test
    void takes1024BytesPercentEncoded() {
        String name = ("%C3%A9".repeat(127) + "/").repeat(4) + "%61%61%61%61";

        assertThat(bucket.put(name, BODY).status()).isEqualTo(201);
        assertThat(bucket.get(name).body()).isEqualTo(BODY);
    }

    /** I11: in bytes, not characters. */
    @Test
    void refuses1024CharactersOfFourBytes() {
        refused("%F0%9F%98%80".repeat(600), "name-too-long");
    }

    /** I12. */
    @Test
    void refusesSegmentsOfMoreThan255Bytes() {
        assertThat(bucket.put("x/" + "a".repeat(255), BODY).status()).isEqualTo(201);
        assertProblem(bucket.put("y/" + "a".repeat(256), BODY), 400, "invalid-name");
        assertProblem(bucket.put("%C3%A9".repeat(128), BODY), 400, "invalid-name");
        assertThat(bucket.names()).containsExactly("x/" + "a".repeat(255));
    }

    /** I13. */
    @ParameterizedTest
    @CsvSource({"CON, CON", "a., a.", "a:b, a_b", "x::$DATA, x__$DATA"})
    void takesNamesWindowsDoesNotLikeAndOffersThemTame(String name, String offered) {
        bucket.stored(name, BODY);

        RawResponse got = bucket.get(name);

        assertThat(got.body()).isEqualTo(BODY);
        assertThat(got.header("Content-Disposition")).startsWith("attachment; filename=\"" + offered + "\"; ");
    }

    private void refused(String name, String code) {
        assertProblem(bucket.put(name, BODY), 400, code);
        assertProblem(bucket.get(name), 400, code);
        assertThat(bucket.names()).isEmpty();
    }
}
