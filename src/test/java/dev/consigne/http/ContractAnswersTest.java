package dev.consigne.http;

import static org.awaitility.Awaitility.await;

import dev.consigne.memory.Caller;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every operation, with every success and limit the contract has for it and the refusals that are its own: status, headers and body
 * are as the contract says.
 */
@QuarkusTest
class ContractAnswersTest {
    private static final String BUCKETS = "/api/v1/buckets";
    private static final String BUCKET = BUCKETS + "/{bucket}";
    private static final String CONTENT = BUCKET + "/content/{name}";
    private static final String FILES = BUCKET + "/files";
    private static final String FILE = "/api/v1/files/{id}";
    private static final String VERSION = FILE + "/versions/{generation}";
    private static final String TASK = "/api/v1/bulk/{id}";

    private static final String MINIMAL = "Prefer: return=minimal";
    private static final String NEVER = "If-Match: \"never\"";
    private static final String KNOWN = "If-None-Match: *";
    private static final long ROOM = 1 << 20;
    private static final String NOBODY = UUID.randomUUID().toString();

    @TestHTTPResource("/")
    URI service;

    @Inject
    MemoryBudget budget;

    private final Map<String, String> places = new HashMap<>();
    private final Set<String> seen = new TreeSet<>();
    private final SoftAssertions softly = new SoftAssertions();
    private ContractedAnswers contract;
    private TestBucket bucket;

    @BeforeEach
    void makeBucket() throws IOException {
        contract = ContractedAnswers.read();
        bucket = TestBucket.create(service);
        places.putAll(Map.of("bucket", bucket.name(), "name", "a", "generation", "1"));
    }

    @Test
    void everyAnswerIsAsTheContractSays() {
        buckets();
        uploads();
        reads(CONTENT);
        reads(FILE + "/content");
        records();
        copiesAndMoves();
        compositions();
        versions();
        manyFiles();
        overload();
        ends();

        Set<String> never = new TreeSet<>(contract.successesAndLimits());
        never.removeAll(seen);
        softly.assertThat(never).as("said and never given").isEmpty();
        softly.assertAll();
    }

    private void buckets() {
        String versioned = "{\"versioning\":true,\"searchableMetadata\":[\"author\"],\"maxBytes\":1000000}";
        given("bucket", "t-" + UUID.randomUUID(), () -> {
            send(404, "GET", BUCKET, "");
            send(201, "PUT", BUCKET, versioned);
            send(204, "PUT", BUCKET, versioned, MINIMAL);
            send(501, "PUT", BUCKET, versioned, NEVER);
            send(501, "DELETE", BUCKET, "", NEVER);
            send(204, "DELETE", BUCKET, "");
            send(404, "DELETE", BUCKET, "");
            send(201, "PUT", BUCKET, "{}", MINIMAL);
        });
        given("bucket", "No", () -> send(400, "GET", BUCKET, ""));
        send(200, "PUT", BUCKET, versioned);
        send(400, "PUT", BUCKET, "{\"nobody\":1}");
        send(200, "GET", BUCKET, "");
        send(406, "GET", BUCKET, "", "Accept: text/plain");
        send(200, "GET", BUCKETS + "?limit=1", "");
        send(400, "GET", BUCKETS + "?cursor=x", "");
    }

    private void uploads() {
        send(201, "PUT", CONTENT, "some bytes", "Idempotency-Key: one", "Consigne-Tags: t=1");
        send(422, "PUT", CONTENT, "other bytes", "Idempotency-Key: one");
        send(200, "PUT", CONTENT, "more bytes");
        send(204, "PUT", CONTENT, "more bytes", MINIMAL);
        send(412, "PUT", CONTENT, "more bytes", KNOWN);
        send(400, "PUT", CONTENT, "more bytes", "Repr-Digest: sha-256=:x:");
        send(507, "PUT", CONTENT, "x".repeat(1_000_001));
        send(409, "DELETE", BUCKET, "");
        String id =
                send(201, "POST", FILES + "?name=b", "bytes").json().path("id").asText();
        send(200, "POST", FILES + "?name=b", "bytes");
        send(204, "POST", FILES + "?name=b", "bytes", MINIMAL);
        send(400, "POST", FILES, "bytes");
        places.put("id", id);
        send(200, "PUT", FILE + "/content", "by its id");
        send(204, "PUT", FILE + "/content", "by its id", MINIMAL);
        given("id", NOBODY, () -> send(404, "PUT", FILE + "/content", "by its id"));
        given("bucket", "none-" + NOBODY, () -> send(404, "PUT", CONTENT, "bytes"));
    }

    private void reads(String path) {
        for (String method : List.of("GET", "HEAD")) {
            send(200, method, path, "");
            send(304, method, path, "", KNOWN);
            send(412, method, path, "", NEVER);
        }
        send(206, "GET", path, "", "Range: bytes=0-1");
        send(206, "GET", path, "", "Range: bytes=0-1,4-");
        send(416, "GET", path, "", "Range: bytes=1000000-");
        send(416, "GET", path, "", "Range: bytes=" + "0-0,".repeat(20));
        for (String variable : path.contains("{name}") ? List.of("name", "bucket") : List.of("id")) {
            given(variable, NOBODY, () -> send(404, "GET", path, ""));
        }
    }

    private void records() {
        send(200, "GET", FILE, "");
        send(304, "GET", FILE, "", KNOWN);
        send(412, "GET", FILE, "", NEVER);
        send(200, "PATCH", FILE, "{\"metadata\":{\"author\":\"Ada\"}}");
        send(204, "PATCH", FILE, "{\"tags\":{\"t\":\"1\"}}", MINIMAL);
        send(412, "PATCH", FILE, "{}", NEVER);
        send(400, "PATCH", FILE, "{\"tags\":{\"\":\"1\"}}");
        send(200, "GET", FILES + "?limit=1", "");
        send(200, "GET", FILES + "?delimiter=/", "");
        send(400, "GET", FILES + "?filter=x", "");
        send(400, "GET", FILES + "?filter=metadata.x%3D1", "");
        given("id", NOBODY, () -> send(404, "GET", FILE, ""));
    }

    private void copiesAndMoves() {
        String copy = FILE + ":copy";
        String move = FILE + ":move";
        send(201, "POST", copy, "{\"name\":\"c\"}", "Idempotency-Key: two");
        send(409, "POST", copy, "{\"name\":\"c\"}");
        send(200, "POST", copy, "{\"name\":\"c\",\"overwrite\":true}");
        send(204, "POST", copy, "{\"name\":\"c\",\"overwrite\":true}", MINIMAL);
        send(412, "POST", copy, "{\"name\":\"d\"}", NEVER);
        send(400, "POST", copy, "{\"name\":\"../d\"}");
        send(400, "POST", copy, "{\"name\":\"d\",\"tags\":{\"\":\"1\"}}");
        send(404, "POST", copy, "{\"name\":\"d\",\"bucket\":\"none-" + NOBODY + "\"}");
        send(200, "POST", move, "{\"name\":\"m\"}");
        send(204, "POST", move, "{\"name\":\"n\"}", MINIMAL);
        send(409, "POST", move, "{\"name\":\"c\"}");
        send(404, "POST", move, "{\"name\":\"d\",\"bucket\":\"none-" + NOBODY + "\"}");
        given("id", NOBODY, () -> {
            send(404, "POST", copy, "{\"name\":\"d\"}");
            send(404, "POST", move, "{\"name\":\"d\"}");
        });
    }

    private void compositions() {
        String compose = FILES + ":compose";
        String whole = "{\"name\":\"whole\",\"parts\":[{\"id\":\"" + places.get("id") + "\"}]";
        send(201, "POST", compose, whole + "}", "Idempotency-Key: four");
        send(422, "POST", compose, whole + ",\"mediaType\":\"text/css\"}", "Idempotency-Key: four");
        send(409, "POST", compose, whole + "}");
        send(200, "POST", compose, whole + ",\"overwrite\":true}");
        send(204, "POST", compose, whole + ",\"overwrite\":true}", MINIMAL);
        send(412, "POST", compose, whole + ",\"overwrite\":true,\"ifMatch\":\"\\\"never\\\"\"}");
        send(400, "POST", compose, whole + ",\"overwrite\":true,\"ifMatch\":\"never\"}");
        send(400, "POST", compose, whole + ",\"tags\":{\"\":\"1\"}}");
        send(400, "POST", compose, "{\"name\":\"whole\",\"parts\":[]}");
        send(404, "POST", compose, whole.replace(places.get("id"), NOBODY) + "}");
        send(501, "POST", compose, whole + "}", NEVER);
        given("bucket", "none-" + NOBODY, () -> send(404, "POST", compose, whole + "}"));
    }

    private void versions() {
        send(200, "GET", FILE + "/versions?limit=1", "");
        send(200, "GET", BUCKET + "/deleted?limit=1", "");
        send(400, "GET", BUCKET + "/deleted?cursor=x", "");
        given("bucket", "none-" + NOBODY, () -> send(404, "GET", BUCKET + "/deleted", ""));
        send(200, "GET", VERSION, "");
        reads(VERSION + "/content");
        send(200, "POST", VERSION + ":restore", "");
        send(204, "POST", VERSION + ":restore", "", MINIMAL);
        send(412, "POST", VERSION + ":restore", "", NEVER);
        send(409, "POST", FILE + ":restore", "");
        send(204, "DELETE", FILE, "");
        send(200, "POST", FILE + ":restore", "");
        send(204, "DELETE", FILE, "");
        send(204, "POST", FILE + ":restore", "", MINIMAL);
        send(501, "DELETE", VERSION, "", NEVER);
        send(204, "DELETE", VERSION, "");
        given("generation", "1000", () -> {
            send(404, "GET", VERSION, "");
            send(404, "GET", VERSION + "/content", "");
            send(404, "POST", VERSION + ":restore", "");
            send(404, "DELETE", VERSION, "");
        });
        given("id", NOBODY, () -> {
            send(404, "GET", FILE + "/versions", "");
            send(404, "GET", VERSION, "");
            send(404, "POST", VERSION + ":restore", "");
            send(404, "POST", FILE + ":restore", "");
            send(404, "DELETE", VERSION, "");
        });
    }

    private void manyFiles() {
        String bulk = FILES + ":bulk";
        RawResponse begun =
                send(202, "POST", bulk, "{\"operation\":\"delete\",\"prefix\":\"none/\"}", "Idempotency-Key: three");
        send(422, "POST", bulk, "{\"operation\":\"delete\",\"prefix\":\"nil/\"}", "Idempotency-Key: three");
        send(400, "POST", bulk, "{\"operation\":\"move\",\"prefix\":\"none/\"}");
        send(400, "POST", bulk, "{\"operation\":\"tag\",\"prefix\":\"none/\",\"tags\":{\"\":\"1\"}}");
        send(400, "POST", bulk, "{\"operation\":\"move\",\"prefix\":\"none/\",\"to\":{\"bucket\":\"No\"}}");
        send(501, "POST", bulk, "{\"operation\":\"delete\",\"prefix\":\"none/\"}", NEVER);
        given("bucket", "none-" + NOBODY, () -> send(404, "POST", bulk, "{\"operation\":\"delete\",\"prefix\":\"n\"}"));
        given("id", begun.json().path("id").asText(), () -> {
            send(200, "GET", TASK, "");
            send(204, "DELETE", TASK, "");
        });
        given("id", NOBODY, () -> {
            send(404, "GET", TASK, "");
            send(404, "DELETE", TASK, "");
        });
    }

    private void overload() {
        long most = budget.bytes() - budget.bytes() / 4; // of which nobody gets the rest
        String generation = send(200, "GET", FILE, "").json().path("generation").asText();
        given("generation", generation, () -> {
            refused(503, new Caller("somebody else"), most);
            refused(429, new Caller("127.0.0.1"), most - ROOM);
        });
    }

    /** Everything that moves bytes, while so much memory is somebody's. */
    private void refused(int status, Caller caller, long bytes) {
        String compose = "{\"name\":\"whole\",\"parts\":[{\"id\":\"" + places.get("id") + "\"}]}";
        await().atMost(Duration.ofSeconds(10))
                .until(() -> budget.reserved() == 0); // an answer may come before its memory is given back
        Reservation held = budget.reserve(caller, bytes);
        try {
            for (String path : List.of(CONTENT, FILE + "/content", VERSION + "/content")) {
                send(status, "GET", path, "");
                send(200, "HEAD", path, "");
            }
            send(status, "PUT", CONTENT, "bytes");
            send(status, "PUT", FILE + "/content", "bytes");
            send(status, "POST", FILES + "?name=b", "bytes");
            send(status, "POST", FILES + ":compose", compose);
        } finally {
            held.release();
        }
    }

    private void ends() {
        send(200, "PUT", BUCKET, "{\"requirePreconditions\":true}");
        send(428, "PUT", CONTENT, "bytes");
        send(428, "DELETE", CONTENT, "");
        send(428, "PATCH", FILE, "{}");
        send(428, "POST", FILE + ":move", "{\"name\":\"x\"}");
        send(428, "POST", FILE + ":copy", "{\"name\":\"c\",\"overwrite\":true}");
        send(428, "POST", FILES + ":bulk", "{\"operation\":\"delete\",\"prefix\":\"none/\"}");
        send(204, "DELETE", CONTENT, "", "If-Match: *");
        send(404, "DELETE", CONTENT, "", "If-Unmodified-Since: Thu, 10 Mar 2022 16:15:50 GMT");
    }

    /** With another value at one place of the paths. */
    private void given(String variable, String value, Runnable requests) {
        String before = places.put(variable, value);
        requests.run();
        if (before == null) {
            places.remove(variable);
        } else {
            places.put(variable, before);
        }
    }

    /** Sends it and holds what comes against the contract. */
    private RawResponse send(int status, String method, String path, String body, String... headers) {
        RawResponse answer = answer(method, path, body, headers);
        String template = path.replaceFirst("\\?.*", "");
        String what = method + " " + path + " " + body.substring(0, Math.min(80, body.length())) + " "
                + List.of(headers) + ": " + answer;
        softly.assertThat(answer.status()).as(what).isEqualTo(status);
        softly.assertThat(contract.breaches(method, template, answer)).as(what).isEmpty();
        seen.add(method + " " + template + " -> " + answer.status());
        return answer;
    }

    private RawResponse answer(String method, String path, String body, String... headers) {
        String concrete = path;
        for (Map.Entry<String, String> place : places.entrySet()) {
            concrete = concrete.replace("{" + place.getKey() + "}", place.getValue());
        }
        if (method.equals("HEAD")) {
            try (RawHttp http = bucket.connect()) {
                return http.send(TestBucket.head(method, concrete, Optional.empty(), headers))
                        .readHead();
            }
        }
        List<String> all = new ArrayList<>(List.of(headers));
        if (body.startsWith("{")) {
            all.add("Content-Type: " + (method.equals("PATCH") ? JsonBody.MERGE_PATCH : "application/json"));
        }
        Optional<byte[]> bytes = method.equals("GET") || method.equals("DELETE")
                ? Optional.empty()
                : Optional.of(body.getBytes(StandardCharsets.UTF_8));
        return bucket.exchange(method, concrete, bytes, all.toArray(String[]::new));
    }
}
