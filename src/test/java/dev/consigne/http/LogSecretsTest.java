package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.ContentRows;
import dev.consigne.testing.LogLines;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.RefusingTrigger;
import dev.consigne.testing.StoredChunks;
import dev.consigne.testing.TestBucket;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What users and operators would not want in a log, sent to every operation of the contract, whichever there are, rightly
 * and wrongly; and not one word of it in what is logged, down to DEBUG.
 */
@QuarkusTest
class LogSecretsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE");

    /** All that is planted has this in it, and nothing else has. */
    private static final String MARK = "zzplanted";

    private static final String NAME = MARK + "-name.pdf";

    private static final String[] HEADERS = {
        "Authorization: Bearer " + MARK + "-bearer",
        "Cookie: session=" + MARK + "-cookie",
        "Consigne-Metadata: {\"author\":\"" + MARK + "-author\"}",
        "Consigne-Tags: project=" + MARK + "-tag",
        "Referer: https://example.com/" + MARK + "-referer",
        "User-Agent: " + MARK + "-agent",
        "Forwarded: for=" + MARK + "-address",
        "baggage: user=" + MARK + "-baggage",
        "tracestate: consigne=" + MARK + "-state",
        "traceparent: 00-" + MARK + "-00f067aa0ba902b7-01",
        "If-None-Match: \"" + MARK + "-tag\"",
    };

    private static final String QUERY = "?name=" + MARK + "-query&prefix=" + MARK + "-prefix&access_token=" + MARK
            + "-token&filter=metadata.author%20eq%20%22" + MARK + "-filter%22&cursor=" + MARK + "-cursor";

    private static final List<String> BODIES = List.of(
            "{\"name\":\"" + MARK + "-moved\",\"metadata\":{\"author\":\"" + MARK + "-patched\"},\"tags\":{\"a\":\""
                    + MARK + "-a\"}}",
            "{\"" + MARK + "\":",
            "[\"" + MARK + "\"]",
            MARK + "-bytes");

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "/admin/jobs/check", management = true)
    URI admin;

    @Inject
    Pool pool;

    @Inject
    ReactiveMongoClient mongo;

    private TestBucket bucket;
    private LogLines log;

    @BeforeEach
    void listen() {
        bucket = TestBucket.create(service);
        log = LogLines.kept(Level.FINE);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void namesAndSecretsAreInNoLine() throws IOException {
        List<String> operations = OpenApiText.current().operations().keySet().stream()
                .filter(operation -> METHODS.contains(method(operation)))
                .toList();
        assertThat(operations).hasSizeGreaterThan(20);

        int sent = 0;
        for (String operation : operations) {
            for (String body : BODIES) {
                String id = bucket.stored(NAME, Bytes.seeded(1, 10))
                        .json()
                        .path("id")
                        .asText();
                send(method(operation), path(operation, id), body, "Content-Type: application/json");
                send(method(operation), path(operation, id) + QUERY, body, "Content-Type: " + MARK + "/json");
                sent += 2;
            }
        }

        assertNothingIsToldInAtLeast(sent);
    }

    @Test
    void namesAreInNoLineOfWhatBreaks() {
        // Given
        byte[] content = Bytes.seeded(2, 5 * 64 * 1024);
        RawResponse stored = bucket.stored(NAME, content, HEADERS);
        UUID file = UUID.fromString(stored.json().path("id").asText());
        new StoredChunks(mongo).delete(new ContentRows(pool).contentOf(file), 4);

        // When
        refusedByTheCatalog(); // before anything else could write, and be refused for it
        bucket.get(NAME, HEADERS);
        await().atMost(SOON).until(() -> bucket.get(NAME).status() == 500);
        abortedUpload();
        form();
        bucket.exchange("GET", bucket.content(NAME) + "%zz" + MARK, Optional.empty(), HEADERS);
        bucket.exchange("GET", "/" + MARK, Optional.empty(), HEADERS);
        bucket.exchange("BREW", bucket.content(NAME), Optional.empty(), HEADERS);
        bucket.exchange("GET", MARK, Optional.empty(), HEADERS);
        try (RawHttp http = RawHttp.open(admin)) {
            http.send(TestBucket.head("POST", admin.getPath(), Optional.of(0), HEADERS[0]))
                    .read();
        }

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(log.all())
                        .anySatisfy(line -> assertThat(line).contains("client-gone")));
        assertThat(log.all()).anySatisfy(line -> assertThat(line).contains("is damaged"));
        assertThat(log.all())
                .as("with its causes")
                .anySatisfy(line -> assertThat(line).contains("refused by the test"));
        assertNothingIsToldInAtLeast(8);
    }

    private void abortedUpload() {
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head("PUT", bucket.content(MARK + "-b"), Optional.of(1 << 20), HEADERS))
                    .send(MARK)
                    .reset();
        }
    }

    private void refusedByTheCatalog() {
        RefusingTrigger trigger = new RefusingTrigger(pool);
        trigger.refuse("content", "42501", 1);
        try {
            assertThat(bucket.put(MARK + "-c", new byte[10], HEADERS).status()).isEqualTo(500);
        } finally {
            trigger.drop();
        }
    }

    private void form() {
        bucket.form(
                "",
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + NAME
                        + "\"\r\n\r\nbytes\r\n--x\r\nContent-Disposition: form-data; name=\"" + MARK + "\"\r\n\r\n"
                        + MARK + "\r\n--x--\r\n");
    }

    private void send(String method, String path, String body, String contentType) {
        List<String> headers = new ArrayList<>(List.of(HEADERS));
        headers.add(contentType);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean bodiless = method.equals("GET") || method.equals("HEAD");
        try (RawHttp http = bucket.connect()) {
            http.send(TestBucket.head(
                            method,
                            path,
                            bodiless ? Optional.empty() : Optional.of(bytes.length),
                            headers.toArray(String[]::new)))
                    .sendUnlessRefused(bodiless ? new byte[0] : bytes);
            if (method.equals("HEAD")) {
                http.readHead();
            } else {
                http.read();
            }
        }
    }

    private void assertNothingIsToldInAtLeast(int requests) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(log.of("dev.consigne.access")).hasSizeGreaterThanOrEqualTo(requests));
        SoftAssertions softly = new SoftAssertions();
        log.all().forEach(line -> softly.assertThat(line).doesNotContainIgnoringCase(MARK));
        softly.assertAll();
    }

    private static String method(String operation) {
        return operation.substring(0, operation.indexOf(' '));
    }

    private String path(String operation, String id) {
        return operation
                .substring(operation.indexOf(' ') + 1)
                .replace("{bucket}", bucket.name())
                .replace("{name}", NAME)
                .replace("{id}", id)
                .replace("{generation}", "1");
    }
}
