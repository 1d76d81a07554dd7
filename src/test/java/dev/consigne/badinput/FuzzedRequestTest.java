package dev.consigne.badinput;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests that were right until some of their bytes were changed, left out or doubled. Every failure names its seed;
 * {@code -Dconsigne.fuzz.seed=…} sends the same again.
 */
@QuarkusTest
class FuzzedRequestTest {
    private static final int TRIES = 150;
    private static final long SEED = Long.getLong("consigne.fuzz.seed", System.nanoTime());
    private static final String SPICE = "\u0000\u0001\r\n\t \"'%;:=,/\\{}[]<>|0129-+*\u0080\u00ff";

    /** To any other protocol the HTTP server answers in what it takes for that: its status line begins with the same. */
    private static final String UNDERSTOOD = "(?s)[^\\n]* HTTP/1\\.[01]\\r?\\n.*";

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metrics;

    private TestBucket bucket;
    private String id = "";

    /** A request that is right. */
    enum Kind {
        UPLOAD {
            @Override
            String[] parts(TestBucket bucket, String id) {
                return parts("PUT", bucket.content("b"), "Content-Type: text/plain", "hello, world");
            }
        },
        FORM {
            @Override
            String[] parts(TestBucket bucket, String id) {
                String form = "--XyZ\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nt\r\n"
                        + "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n"
                        + "Content-Type: text/plain\r\n\r\nhello\r\n--XyZ--\r\n";
                return parts("POST", bucket.path() + "/files", "Content-Type: multipart/form-data; boundary=XyZ", form);
            }
        },
        SETTINGS {
            @Override
            String[] parts(TestBucket bucket, String id) {
                return parts(
                        "PUT",
                        bucket.path(),
                        "Content-Type: application/json",
                        "{\"maxFileBytes\":1000,\"maxBytes\":1e0}");
            }
        },
        PATCH {
            @Override
            String[] parts(TestBucket bucket, String id) {
                String patch = "{\"metadata\":{\"a\":[1,2.5,\"\\u00e9\",{\"b\":null}]},\"tags\":{\"k\":\"v\"}}";
                return parts("PATCH", "/api/v1/files/" + id, "Content-Type: application/merge-patch+json", patch);
            }
        },
        LISTING {
            @Override
            String[] parts(TestBucket bucket, String id) {
                return parts("GET", bucket.path() + "/files?limit=10&prefix=a%20b&cursor=AAAA", "Accept: */*", "");
            }
        },
        DOWNLOAD {
            @Override
            String[] parts(TestBucket bucket, String id) {
                return parts(
                        "GET", bucket.content("a"), "Range: bytes=0-9,20-29\r\nIf-Match: \"x\", *\r\nTE: trailers", "");
            }
        };

        /** Head and body. */
        abstract String[] parts(TestBucket bucket, String id);

        static String[] parts(String method, String path, String header, String body) {
            return new String[] {TestBucket.head(method, path, Optional.of(body.length()), header), body};
        }
    }

    @BeforeEach
    void storeAFile() {
        bucket = TestBucket.create(service);
        id = bucket.stored("a", Bytes.seeded(1, 100)).json().path("id").asText();
    }

    @ParameterizedTest
    @EnumSource
    void refusesOrTakesAChangedBody(Kind kind) {
        Random random = new Random(SEED);
        for (int i = 0; i < TRIES; i++) {
            String[] right = kind.parts(bucket, id);
            String body = changed(right[1], random);
            String head = right[0].replaceFirst("Content-Length: \\d+", "Content-Length: " + body.length());

            answered(head + body, "seed " + SEED + ", try " + i);
        }
        assertSane();
    }

    @ParameterizedTest
    @EnumSource
    void survivesAChangedMessage(Kind kind) {
        Random random = new Random(SEED);
        for (int i = 0; i < TRIES; i++) {
            String message = changed(String.join("", kind.parts(bucket, id)), random);

            answered(message, "seed " + SEED + ", try " + i);
        }
        assertSane();
    }

    /** An end without answer is one too, where the message has none. */
    private void answered(String message, String when) {
        try (RawHttp http = bucket.connect()) {
            http.sendUnlessRefused(message.getBytes(StandardCharsets.ISO_8859_1))
                    .endOutput();
            if (message.matches(UNDERSTOOD)) {
                http.readIfAny().ifPresent(answer -> assertChosen(message, answer, when));
            } else {
                assertThat(new String(http.readBytes(1000), StandardCharsets.ISO_8859_1))
                        .as("%s: %s", when, message)
                        .doesNotContain(" 500 ", "Exception");
            }
        }
    }

    private static void assertChosen(String message, RawResponse answer, String when) {
        assertThat(answer.status())
                .as("%s: %s -> %s", when, message, answer)
                .isBetween(100, 599)
                .isNotEqualTo(500);
        if (answer.status() >= 400 && answer.whole() && answer.body().length > 0) {
            assertProblem(answer, answer.status(), answer.json().path("code").asText());
        }
    }

    private void assertSane() {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(new Metrics(metrics).value("consigne_uploads_active"))
                        .isZero());
        assertThat(bucket.list("?limit=1000").status()).isEqualTo(200);
    }

    private static String changed(String right, Random random) {
        StringBuilder text = new StringBuilder(right);
        for (int changes = 1 + random.nextInt(4); changes > 0 && text.length() > 0; changes--) {
            int at = random.nextInt(text.length());
            int length = Math.min(1 + random.nextInt(8), text.length() - at);
            switch (random.nextInt(5)) {
                case 0 -> text.delete(at, at + length);
                case 1 -> text.insert(at, text.substring(at, at + length).repeat(1 + random.nextInt(20)));
                case 2 -> text.setCharAt(at, (char) random.nextInt(256));
                default -> text.insert(at, SPICE.charAt(random.nextInt(SPICE.length())));
            }
        }
        return text.toString();
    }
}
