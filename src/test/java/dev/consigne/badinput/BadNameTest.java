package dev.consigne.badinput;

import static dev.consigne.badinput.Scene.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
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

/** Names that no file has, wherever a request may hold one. Names that are taken are in {@code http.NameTest}. */
@QuarkusTest
class BadNameTest {
    private static final String FORM = "Content-Type: multipart/form-data; boundary=XyZ";

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

    @Tag("I1")
    @ParameterizedTest
    @ValueSource(strings = {"%20", "%20%20", "a/%20/b", "%C2%A0%20", "%E3%80%80"})
    void refusesEmptyAndBlankNames(String name) {
        refused(name, "invalid-name");
    }

    @Tag("I1")
    @Test
    void refusesNoNameAtAll() {
        scene.refused(request("PUT", scene.bucket().content(""), "hello"), 400, "invalid-name");
        scene.refused(request("POST", scene.bucket().path() + "/files", "hello"), 400, "invalid-name");
        scene.refused(request("POST", scene.bucket().path() + "/files?name=", "hello"), 400, "invalid-name");
    }

    /** In a path they are refused before anybody asks what they name. */
    @Tag("I2")
    @Tag("I3")
    @Tag("I4")
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "a/./b",
                "a/../b",
                "%2e%2e",
                "a%2f%2e%2e%2fb",
                "a/.%2e/b",
                "/a",
                "%2Fa",
                "a//b",
                "a%2F%2Fb",
                "..%5C..%5Cx",
                "a%5Cb"
            })
    void refusesNamesThatWouldLeadAstray(String name) {
        refusedAs(name, "invalid-path", "invalid-name");
    }

    @Tag("I2")
    @Tag("I16")
    @Test
    void refusesMatrixParameters() {
        for (String name : new String[] {"..;/a", "x;role=admin", "a/;b", ";"}) {
            scene.refused(request("PUT", scene.bucket().content(name), "hello"), 400, "invalid-path");
        }
    }

    @Tag("I3")
    @ParameterizedTest
    @ValueSource(strings = {"a/", "a%2F", "a/b/"})
    void refusesTrailingSlashes(String name) {
        refused(name, "invalid-name");
    }

    @Tag("I5")
    @Tag("I6")
    @Tag("I7")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a%00b",
                "%00",
                "a%0Db",
                "a%0Ab",
                "a%0D%0ASet-Cookie:%20a=b",
                "a%09b",
                "a%1Bb",
                "a%7Fb",
                "a%C2%85b",
                "a%C2%9Fb",
                "a%E2%80%AEb",
                "a%E2%80%8Bb",
                "%EF%BB%BFa",
                "a%E2%81%A6b",
                "a%E2%80%A8b",
                "a%EF%BF%BFb",
                "a%EF%B7%90b",
                "a%C2%ADb"
            })
    void refusesCharactersThatCannotBeSeen(String name) {
        refused(name, "invalid-name");
    }

    @Tag("I8")
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
                "%C0%80",
                "a%e9b"
            })
    void refusesWhatIsNotUtf8(String name) {
        refused(name, "invalid-encoding");
    }

    @Tag("I8")
    @ParameterizedTest
    @ValueSource(strings = {"a%", "a%4", "a%zz", "a%u00e9", "%-1", "a%%41"})
    void refusesBrokenPercentEncoding(String name) {
        refused(name, "invalid-encoding");
    }

    /** As curl sends them: not encoded. Bytes that are no letters in Latin-1 are part of most others. */
    @Tag("I8")
    @ParameterizedTest
    @ValueSource(strings = {"voil\u00e0.txt", "\u65e5\u672c/\u8a9e.txt", "\u041f\u0440", "\ud83d\ude00\u2026"})
    void takesNamesThatAreNotPercentEncoded(String name) {
        scene.bucket().stored(name, Bytes.seeded(1, 10));

        assertThat(scene.bucket().names()).containsExactly(name);
        assertThat(scene.bucket().get(name).body()).isEqualTo(Bytes.seeded(1, 10));
        assertThat(scene.bucket().delete(name).status()).isEqualTo(204);
    }

    @Tag("I8")
    @ParameterizedTest
    @ValueSource(strings = {"a|b", "a<b>", "{a}", "a\"b", "a^b", "a`b", "a#b"})
    void refusesWhatHasToBePercentEncoded(String name) {
        refused(name, "invalid-encoding");
    }

    @Tag("I6")
    @Test
    void refusesRawControlCharacters() {
        scene.refusedBelow(request("PUT", scene.bucket().content("a\u0001b"), "hello"), 400);
        scene.refusedBelow(request("PUT", scene.bucket().content("a\u007fb"), "hello"), 400);
        scene.refusedBelow(request("PUT", scene.bucket().content("a\u0000b"), "hello"), 400);
    }

    /** Here not even characters. */
    @Tag("I8")
    @ParameterizedTest
    @ValueSource(strings = {"a\u00ffb", "\u00c0\u00ae", "a\u0080", "\u00e2\u0082"})
    void refusesRawBytesThatAreNotUtf8(String latin1) {
        scene.refused(request("PUT", scene.bucket().path() + "/content/" + latin1, "hello"), 400, "invalid-encoding");
    }

    @Tag("I10")
    @Tag("I11")
    @ParameterizedTest
    @CsvSource({"a, 1025", "%C3%A9, 513", "%F0%9F%98%80, 600"})
    void refusesNamesOfMoreThan1024Bytes(String character, int count) {
        refused(character.repeat(count), "name-too-long");
    }

    @Tag("I12")
    @ParameterizedTest
    @CsvSource({"a, 256", "%C3%A9, 128", "%F0%9F%98%80, 64"})
    void refusesSegmentsOfMoreThan255Bytes(String character, int count) {
        refused("x/" + character.repeat(count), "invalid-name");
    }

    private void refused(String name, String code) {
        refusedAs(name, code, code);
    }

    private void refusedAs(String name, String inPath, String inQuery) {
        String path = scene.bucket().content(name);
        String query = scene.bucket().path() + "/files?name=" + name;
        scene.refused(request("PUT", path, "hello"), 400, inPath);
        scene.refused(Scene.get(path), 400, inPath);
        scene.refused(request("POST", query, "hello"), 400, inQuery);
        scene.refused(request("POST", query, form(), FORM), 400, inQuery);
    }

    private static String form() {
        return "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello\r\n--XyZ--\r\n";
    }
}
