package dev.consigne.badinput;

import static dev.consigne.badinput.Scene.request;
import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for what is not there, or not for who asks. */
@QuarkusTest
class BadPathTest {
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

    @Tag("I16")
    @ParameterizedTest
    @CsvSource({
        "/api/v1/files/x;role=admin, 400",
        "/api/v1/buckets;a=b, 400",
        "//api/v1/buckets, 400",
        "/api//v1/buckets, 400",
        "/api/v1/files/%2e%2e/buckets, 400",
        "/api/v1/buckets/../files, 400",
        "/api/v1/files/../../../q/metrics, 400",
        "/api/v1/files/%2e%2e%2f%2e%2e%2fq/metrics, 400",
        "/api/v1%2fbuckets, 404",
        "/q/metrics, 404",
        "/q/health, 404",
        "/q/dev, 404"
    })
    void leadsToNoOtherResource(String path, int status) {
        scene.refused(Scene.get(path), status, status == 400 ? "invalid-path" : "not-found");
    }

    @Tag("I16")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "http://",
                "http://h",
                "http://[",
                "h:80",
                "a%zz",
                "api/v1/buckets/%b",
                "?",
                "#",
                "/#",
                "/api/v1/buckets#x",
                "/?a=%00",
                "/%00",
                "/api/v1/buckets?%00=%00"
            })
    void survivesTargetsOfAnyForm(String target) {
        for (String method : new String[] {"GET", "OPTIONS", "CONNECT"}) {
            try (RawHttp http = scene.bucket().connect()) {
                http.send(method + " " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");

                RawResponse answer = http.read();

                assertThat(answer.status())
                        .as("%s %s: %s", method, target, answer)
                        .isBetween(200, 499);
                if (answer.status() >= 400) {
                    assertProblem(
                            answer, answer.status(), answer.json().path("code").asText());
                }
            }
        }
        scene.assertNothingStored();
    }

    /** What is no id names nothing; the answer must not tell it from an id that nothing has. */
    @Tag("I20")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "0",
                "%20",
                "01A2046F-0F0B-7DEB-98DE-1342D0E6F0FF",
                "01a2046f0f0b7deb98de1342d0e6f0ff",
                "01a2046f-0f0b-7deb-98de-1342d0e6f0ff%20",
                "01a2046f-0f0b-7deb-98de-1342d0e6f0f%00",
                "1-1-1-1-1",
                "%7B01a2046f-0f0b-7deb-98de-1342d0e6f0ff%7D",
                "%C3%A9"
            })
    void answersWhatIsNoIdLikeAnUnknownOne(String id) {
        String unknown = withoutId(file(UUID.randomUUID().toString()));

        assertThat(withoutId(file(id))).isEqualTo(unknown);
        assertThat(withoutId(file("a".repeat(400)))).isEqualTo(unknown);
        scene.refused(Scene.get("/api/v1/files/" + id + "/content"), 404, "file-not-found");
        scene.refused(request("DELETE", "/api/v1/files/" + id, ""), 404, "file-not-found");
        scene.refused(request("PUT", "/api/v1/files/" + id + "/content", "hello"), 404, "file-not-found");
    }

    @Tag("I93")
    @ParameterizedTest
    @ValueSource(strings = {"copy", "move"})
    void refusesToPutAFileWhereItIs(String action) {
        TestBucket bucket = TestBucket.create(service);
        String file = bucket.stored("a", Bytes.seeded(1, 10)).json().path("id").asText();
        scene = Scene.set(service, metrics, pool);

        scene.refused(
                request(
                        "POST",
                        "/api/v1/files/" + file + ":" + action,
                        "{\"name\":\"a\"}",
                        "Content-Type: application/json"),
                409,
                "name-taken");

        assertThat(bucket.get("a").body()).isEqualTo(Bytes.seeded(1, 10));
        assertThat(bucket.names()).containsExactly("a");
    }

    @Tag("I86")
    @Test
    void namesTheFileByItsPathWhateverTheRequestSaysOfItsHost() {
        RawResponse stored = scene.bucket()
                .stored(
                        "a",
                        Bytes.seeded(1, 10),
                        "X-Forwarded-Host: evil.example",
                        "X-Forwarded-Proto: gopher",
                        "X-Forwarded-Prefix: /evil",
                        "Forwarded: host=evil.example");

        assertThat(stored.toString()).doesNotContain("evil", "gopher");
        assertThat(stored.header("Location")).startsWith("/api/v1/files/").doesNotContain("//");
    }

    @Tag("I86")
    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "PUT", "PATCH"})
    void doesWhatTheMethodSaysAndNotWhatAHeaderSays(String method) {
        scene.bucket().stored("a", Bytes.seeded(1, 10));

        RawResponse got = scene.bucket().get("a", "X-HTTP-Method-Override: " + method, "X-HTTP-Method: " + method);

        assertThat(got.body()).isEqualTo(Bytes.seeded(1, 10));
        assertThat(scene.bucket().names()).containsExactly("a");
    }

    /** Browsers let no other origin read what does not name it. */
    @Tag("I88")
    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "*", "http://localhost"})
    void letsNoOtherOriginIn(String origin) {
        scene.bucket().stored("a", Bytes.seeded(1, 10));
        String[] preflight = {
            "Origin: " + origin, "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: content-type"
        };

        for (String method : new String[] {"OPTIONS", "GET", "PUT"}) {
            RawResponse answer =
                    scene.bucket().exchange(method, scene.bucket().content("a"), Optional.of(new byte[0]), preflight);
            assertThat(answer.headers())
                    .as("%s", answer)
                    .noneMatch(header ->
                            header.getKey().toLowerCase(java.util.Locale.ROOT).startsWith("access-control-"));
        }
    }

    /** Who sends addresses that lead nowhere must not fill the memory with counters of them, or make others be left out. */
    @Tag("I16")
    @ParameterizedTest
    @ValueSource(strings = {"%00", "%ff", "a;b", "..%2f", "a|b"})
    void countsNothingUnderAnAddressThatLeadsNowhere(String name) {
        String marker = "m" + UUID.randomUUID();

        for (String method : new String[] {"GET", "PUT", "BREW"}) {
            scene.bucket().exchange(method, scene.bucket().content(marker + name), Optional.of(new byte[0]));
            scene.bucket().exchange(method, "/" + marker + name, Optional.of(new byte[0]));
        }

        assertThat(new Metrics(metrics).mentions(marker)).isFalse();
    }

    private String file(String id) {
        return scene.refused(Scene.get("/api/v1/files/" + id), 404, "file-not-found")
                .text();
    }

    private static String withoutId(String problem) {
        return problem.replaceFirst("\"requestId\":\"[^\"]*\"", "");
    }
}
