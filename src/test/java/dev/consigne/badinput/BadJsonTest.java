package dev.consigne.badinput;

import static dev.consigne.badinput.Scene.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON bodies that are not what the operation takes, and where in them the reason is. */
@QuarkusTest
class BadJsonTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String PATCH = "Content-Type: application/merge-patch+json";

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metrics;

    @Inject
    Pool pool;

    private Scene scene;
    private Scene other;
    private String file;

    @BeforeEach
    void setScene() {
        other = Scene.set(service, metrics, pool);
        file = "/api/v1/files/"
                + other.bucket()
                        .stored("a", Bytes.seeded(1, 10))
                        .json()
                        .path("id")
                        .asText();
        scene = Scene.set(service, metrics, pool);
    }

    @Tag("I46")
    @Tag("I47")
    @Tag("I53")
    @Test
    void refusesMetadataBeyondTheirLimits() {
        patch("{\"metadata\":" + nested(33) + "}", 400, "metadata-too-deep");
        patch("{\"metadata\":" + nested(10_000) + "}", 400, "metadata-too-deep");
        patch("{\"metadata\":{\"a\":\"" + "x".repeat(16_400) + "\"}}", 413, "metadata-too-large");
        patch("{\"metadata\":{\"" + "k".repeat(17_000) + "\":1}}", 413, "metadata-too-large");
        patch("{\"metadata\":" + members(5_000, "1") + "}", 413, "metadata-too-large");
        patch("{\"metadata\":" + members(10_000, "1") + "}", 413, "content-too-large");
    }

    @Tag("I48")
    @Tag("I49")
    @Tag("I50")
    @ParameterizedTest
    @ValueSource(strings = {"\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "1e1000000", "-1e402", "1e-1000"})
    void refusesMetadataThatNoStoreTakes(String value) {
        patch("{\"metadata\":{\"a\":" + value + "}}", 400, "invalid-metadata");
        patch("{\"metadata\":{\"a\":[{\"b\":" + value + "}]}}", 400, "invalid-metadata");
    }

    @Tag("I51")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{} {}",
                "{}x",
                "{\"maxFileBytes\":1,\"maxFileBytes\":2}",
                "{\"maxFileBytes\":1",
                "{'maxFileBytes':1}",
                "{maxFileBytes:1}",
                "{\"maxFileBytes\":1,}",
                "{\"maxFileBytes\":01}",
                "{\"maxFileBytes\":+1}",
                "{\"maxFileBytes\":1.}",
                "{/* */}",
                "{} // x",
                "# x\n{}",
                "{\"maxFileBytes\":NaN}",
                "{\"maxFileBytes\":Infinity}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"\u00ff\":1}",
                "\u0000{}",
                " ",
                "\u00ff\u00fe{\u0000}\u0000"
            })
    void refusesWhatIsNotStrictJson(String body) {
        settings(body, 400, "invalid-body");
    }

    /** A byte order mark is no part of JSON (RFC 8259, section 8.1). */
    @Tag("I51")
    @Test
    void refusesAByteOrderMark() {
        settings("\u00ef\u00bb\u00bf{}", 400, "invalid-body");
        patch("\u00ef\u00bb\u00bf{}", 400, "invalid-body");
    }

    @Tag("I54")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"maxFileBytes\":\"1\"} | /maxFileBytes",
                "{\"maxFileBytes\":1.5} | /maxFileBytes",
                "{\"maxFileBytes\":1e3} | /maxFileBytes",
                "{\"maxFileBytes\":true} | /maxFileBytes",
                "{\"maxFileBytes\":[1]} | /maxFileBytes",
                "{\"maxFileBytes\":{}} | /maxFileBytes",
                "{\"maxFileBytes\":0} | /maxFileBytes",
                "{\"maxFileBytes\":-1} | /maxFileBytes",
                "{\"maxFileBytes\":9223372036854775808} | /maxFileBytes",
                "{\"maxBytes\":-9223372036854775809} | /maxBytes",
                "{\"maxBytes\":1e400} | /maxBytes",
                "{\"requirePreconditions\":1} | /requirePreconditions",
                "{\"requirePreconditions\":\"true\"} | /requirePreconditions",
                "[] | ^^",
                "1 | ^^",
                "\"\" | ^^",
                "null | ^^"
            })
    void refusesValuesOfTheWrongTypeAndSaysWhere(String body, String pointer) {
        RawResponse refused = settings(body, 400, "invalid-body");

        assertThat(refused.json().path("pointer").asText()).isEqualTo(pointer);
        assertThat(refused.json().path("detail").asText()).contains(pointer.replaceFirst("^/", ""));
    }

    @Tag("I54")
    @Test
    void namesTheLimitOfANumber() {
        RawResponse refused = settings("{\"maxFileBytes\":9223372036854775808}", 400, "invalid-body");

        assertThat(refused.json().path("limit").asLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(refused.json().path("detail").asText()).contains("maxFileBytes", "9223372036854775807");
    }

    @Tag("I54")
    @Tag("I90")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[] | invalid-body | ^^",
                "null | invalid-body | ^^",
                "{\"metadata\":[]} | invalid-body | /metadata",
                "{\"metadata\":1} | invalid-body | /metadata",
                "{\"tags\":[]} | invalid-body | /tags",
                "{\"tags\":{\"a\":1}} | invalid-body | /tags/a",
                "{\"tags\":{\"a/b~c\":{}}} | invalid-body | /tags/a~1b~0c",
                "{\"mediaType\":1} | invalid-body | /mediaType",
                "{\"mediaType\":null} | invalid-body | /mediaType"
            })
    void refusesPatchesOfTheWrongTypeAndSaysWhere(String body, String code, String pointer) {
        assertThat(patch(body, 400, code).json().path("pointer").asText()).isEqualTo(pointer);
    }

    @Tag("I55")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"maxFileSize\":1} | /maxFileSize",
                "{\"a/b~c\":1} | /a~1b~0c",
                "{\"name\":\"x\"} | /name",
                "{\"__proto__\":{}} | /__proto__"
            })
    void refusesUnknownFieldsAndNamesThem(String body, String pointer) {
        assertThat(settings(body, 400, "unknown-field").json().path("pointer").asText())
                .isEqualTo(pointer);
    }

    @Tag("I55")
    @Test
    void refusesUnknownFieldsOfPatches() {
        patch("{\"name\":\"b\"}", 400, "unknown-field");
        patch("{\"length\":0,\"metadata\":{}}", 400, "unknown-field");
    }

    @Tag("I56")
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "image/*"})
    void answersJsonToThoseWhoAcceptIt(String accept) {
        String header = "Accept: " + accept;
        scene.refused(Scene.get(scene.bucket().path(), header), 406, "not-acceptable");
        scene.refused(Scene.get(scene.bucket().path() + "/files", header), 406, "not-acceptable");
        scene.refused(request("PUT", scene.bucket().content("a"), "hello", header), 406, "not-acceptable");
    }

    @Tag("I56")
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "/", ";", "a/b/c", "text/plain;q=x", "*/*;q=9", "\u00e9/\u00e9", ","})
    void survivesWhatIsNoAccept(String accept) {
        RawResponse answer =
                scene.bucket().exchange("GET", scene.bucket().path(), Optional.empty(), "Accept: " + accept);

        assertThat(answer.status()).as("%s", answer).isIn(200, 400, 406);
    }

    @Tag("I57")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/xml",
                "text/plain",
                "application/json5",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/octet-stream"
            })
    void refusesOtherTypesThanJson(String type) {
        scene.refused(
                request("PUT", "/api/v1/buckets/" + UUID.randomUUID(), "{}", "Content-Type: " + type),
                415,
                "unsupported-media-type");
        scene.refused(request("PATCH", file, "{}", "Content-Type: " + type), 415, "unsupported-media-type");
    }

    @Tag("I53")
    @Test
    void refusesBodiesOver64KiB() {
        settings("{\"maxFileBytes\":1" + " ".repeat(64 * 1024) + "}", 413, "content-too-large");
        settings("{\"" + "k".repeat(40_000) + "\":1}", 400, "unknown-field");
    }

    private RawResponse settings(String body, int status, String code) {
        String path = "/api/v1/buckets/" + UUID.randomUUID();

        RawResponse refused = scene.refused(request("PUT", path, body, JSON), status, code);

        scene.refused(Scene.get(path), 404, "bucket-not-found");
        return refused;
    }

    private RawResponse patch(String body, int status, String code) {
        RawResponse refused = scene.refused(request("PATCH", file, body, PATCH), status, code);

        RawResponse record = scene.bucket().exchange("GET", file, Optional.empty());
        assertThat(record.json().path("metageneration").asLong())
                .as("%s", new String(record.body(), StandardCharsets.UTF_8))
                .isEqualTo(1);
        return refused;
    }

    private static String nested(int levels) {
        return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
    }

    private static String members(int count, String value) {
        StringBuilder object = new StringBuilder("{\"m0\":" + value);
        for (int i = 1; i < count; i++) {
            object.append(",\"m").append(i).append("\":").append(value);
        }
        return object.append('}').toString();
    }
}
