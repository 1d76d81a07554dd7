package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file's record: what is said about it, and how that is changed without losing what others say. */
@QuarkusTest
class RecordTest {
    private static final byte[] BODY = Bytes.seeded(1, 1000);
    private static final String PATCH = "Content-Type: application/merge-patch+json";

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;
    private String path = "";

    @BeforeEach
    void storeAFile() {
        bucket = TestBucket.create(service);
        path = bucket.stored("a", BODY, "Content-Type: text/plain").header("Location");
    }

    @Test
    void beginsWithNothingSaid() {
        JsonNode record = get().json();

        assertThat(record.path("metadata").toString()).isEqualTo("{}");
        assertThat(record.path("tags").toString()).isEqualTo("{}");
        assertThat(record.path("metageneration").asLong()).isEqualTo(1);
        assertThat(record.path("crc32c").asText()).isEqualTo(Bytes.crc32c(BODY));
    }

    @Test
    void mergesWhatIsSaid() {
        patch("{\"metadata\":{\"a\":1,\"b\":{\"c\":[1.5,true,null],\"d\":\"é\"}},\"tags\":{\"x\":\"1\",\"y\":\"2\"}}");

        JsonNode after = patch(
                        "{\"metadata\":{\"a\":null,\"b\":{\"d\":2}},\"tags\":{\"x\":null},\"mediaType\":\"image/png\"}")
                .json();

        assertThat(after.path("metadata").toString()).isEqualTo("{\"b\":{\"c\":[1.5,true,null],\"d\":2}}");
        assertThat(after.path("tags").toString()).isEqualTo("{\"y\":\"2\"}");
        assertThat(after.path("mediaType").asText()).isEqualTo("image/png");
        assertThat(after.path("generation").asLong()).isEqualTo(1);
        assertThat(after.path("metageneration").asLong()).isEqualTo(3);
        assertThat(get().json()).isEqualTo(after);
        assertThat(bucket.get("a").header("Content-Type")).isEqualTo("image/png");
        assertThat(bucket.get("a").body()).isEqualTo(BODY);
    }

    @Test
    void takesAllAwayByNull() {
        patch("{\"metadata\":{\"a\":1},\"tags\":{\"x\":\"1\"}}");

        JsonNode after = patch("{\"metadata\":null,\"tags\":null}").json();

        assertThat(after.path("metadata").toString()).isEqualTo("{}");
        assertThat(after.path("tags").toString()).isEqualTo("{}");
    }

    @Test
    void staysThroughAReplacementUnlessSaidAnew() {
        patch("{\"metadata\":{\"a\":1},\"tags\":{\"x\":\"1\"}}");

        JsonNode replaced = bucket.put("a", Bytes.seeded(2, 10)).json();
        JsonNode said = bucket.put(
                        "a",
                        Bytes.seeded(3, 10),
                        "Consigne-Metadata: {\"b\":\"\\u00e9\"}",
                        "Consigne-Tags: k%20ey=v%26")
                .json();

        assertThat(replaced.path("metadata").toString()).isEqualTo("{\"a\":1}");
        assertThat(replaced.path("tags").toString()).isEqualTo("{\"x\":\"1\"}");
        assertThat(replaced.path("metageneration").asLong()).isEqualTo(1);
        assertThat(said.path("metadata").toString()).isEqualTo("{\"b\":\"é\"}");
        assertThat(said.path("tags").toString()).isEqualTo("{\"k ey\":\"v&\"}");
        assertThat(get().json()).isEqualTo(said);
    }

    @Test
    void isReadOnlyIfItIsNotKnown() {
        RawResponse record = get();
        String tag = record.header("ETag");

        assertThat(get("If-None-Match: " + tag).status()).isEqualTo(304);
        assertThat(get("If-None-Match: " + tag).header("ETag")).isEqualTo(tag);
        assertThat(get("If-Modified-Since: " + record.header("Last-Modified")).status())
                .isEqualTo(304);
        assertProblem(get("If-Match: \"x\""), 412, "precondition-failed");
        patch("{\"tags\":{\"x\":\"1\"}}");
        assertThat(get("If-None-Match: " + tag).status()).isEqualTo(200);
    }

    @Test
    void changesOnlyWhatWasSeen() {
        String seen = get().header("ETag");
        patch("{\"tags\":{\"x\":\"1\"}}");

        assertProblem(patch("{\"tags\":{\"x\":\"2\"}}", "If-Match: " + seen), 412, "precondition-failed");

        assertThat(patch("{\"tags\":{\"x\":\"3\"}}", "If-Match: " + get().header("ETag"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void losesNoChangeOfManyAtOnce() {
        List<CompletableFuture<RawResponse>> patches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String patch = "{\"tags\":{\"t" + i + "\":\"1\"}}";
            patches.add(CompletableFuture.supplyAsync(() -> untilDone(patch)));
        }
        patches.forEach(patch -> assertThat(patch.join().status()).isEqualTo(200));

        assertThat(get().json().path("tags")).hasSize(8);
        assertThat(get().json().path("metageneration").asLong()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[];400;invalid-body",
                "1;400;invalid-body",
                "{;400;invalid-body",
                "{\"metadata\":[]};400;invalid-body",
                "{\"metadata\":\"a\"};400;invalid-body",
                "{\"tags\":{\"a\":1}};400;invalid-body",
                "{\"tags\":{\"\":\"1\"}};400;invalid-tags",
                "{\"tags\":{\"a\":\"\\u0000\"}};400;invalid-tags",
                "{\"mediaType\":null};400;invalid-body",
                "{\"mediaType\":\"x\"};400;invalid-content-type",
                "{\"name\":\"b\"};400;unknown-field",
                "{\"tags\":{\"a\":\"1\"},\"tags\":{}};400;invalid-body",
                "{\"metadata\":{\"a\":\"\\u0000\"}};400;invalid-metadata",
                "{\"metadata\":{\"\\ud800\":1}};400;invalid-body",
                "{\"metadata\":{\"a\":\"\\ud800\"}};400;invalid-metadata",
                "{\"metadata\":{\"a\":1e1000000}};400;invalid-metadata",
                "{\"metadata\":{\"a\":1e402}};400;invalid-metadata",
                "{\"metadata\":{\"a\":1e-1000}};400;invalid-metadata",
                "{\"metadata\":{\"a\":NaN}};400;invalid-body"
            })
    void refusesWhatCannotBeSaid(String patch, int status, String code) {
        assertProblem(patch(patch), status, code);
        assertThat(get().json().path("metageneration").asLong()).isEqualTo(1);
    }

    @Test
    void keepsWhatLooksLikeCode() {
        String metadata = "{\"$where\":\"1\",\"a.b\":1,\"__proto__\":{\"x\":1},\"n\":1e400,\"d\":1.10}";

        String after = new String(patch("{\"metadata\":" + metadata + "}").body(), StandardCharsets.UTF_8);

        assertThat(after)
                .contains("\"$where\": \"1\"", "\"a.b\": 1", "\"__proto__\": {\"x\": 1}")
                .contains("\"d\": 1.10", "\"n\": 1" + "0".repeat(400));
    }

    @Test
    void limitsDepthAndSizeAndTags() {
        assertThat(patch("{\"metadata\":" + nested(31) + "}").status()).isEqualTo(200);
        assertProblem(patch("{\"metadata\":" + nested(32) + "}"), 400, "metadata-too-deep");
        assertProblem(patch("{\"metadata\":" + nested(9_000) + "}"), 400, "metadata-too-deep");
        assertProblem(
                patch("{\"metadata\":" + "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_001)), 400, "metadata-too-deep");
        assertProblem(patch("{\"metadata\":{\"a\":\"" + "x".repeat(16_400) + "\"}}"), 413, "metadata-too-large");
        assertProblem(patch("{\"tags\":" + tags(51) + "}"), 400, "invalid-tags");
        assertThat(patch("{\"tags\":" + tags(50) + "}").status()).isEqualTo(200);
        assertProblem(patch("{\"tags\":{\"" + "k".repeat(129) + "\":\"\"}}"), 400, "invalid-tags");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Consigne-Metadata: [] | invalid-metadata",
                "Consigne-Metadata: {\"a\" | invalid-metadata",
                "Consigne-Metadata: {\"a\":\"é\"} | invalid-metadata", // as Latin-1
                "Consigne-Tags: a | invalid-tags",
                "Consigne-Tags: =a | invalid-tags",
                "Consigne-Tags: a=1&a=2 | invalid-tags",
                "Consigne-Tags: a=%ff | invalid-encoding"
            })
    void refusesLabelsInHeadersThatCannotBeRead(String header, String code) {
        assertProblem(bucket.put("a", BODY, header), 400, code);
        assertThat(get().json().path("generation").asLong()).isEqualTo(1);
    }

    @Test
    void understandsLabelsInHeadersThatAreUtf8() {
        String name = new String("é".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        JsonNode said = bucket.put("a", BODY, "Consigne-Metadata: {\"k\":\"" + name + "\"}", "Consigne-Tags: k=" + name)
                .json();

        assertThat(said.path("metadata").path("k").asText()).isEqualTo("é");
        assertThat(said.path("tags").path("k").asText()).isEqualTo("é");
    }

    @Test
    void takesAPatchAsAPatchOnly() {
        Optional<byte[]> patch = Optional.of("{}".getBytes(StandardCharsets.UTF_8));

        RawResponse refused = bucket.exchange("PATCH", path, patch, "Content-Type: application/json");
        assertProblem(refused, 415, "unsupported-media-type");
        assertThat(refused.text()).contains("application/merge-patch+json");
        assertThat(assertProblem(patch(""), 400, "invalid-body").text()).contains("empty");
        assertProblem(
                bucket.exchange("PATCH", "/api/v1/files/" + UUID.randomUUID(), patch, PATCH), 404, "file-not-found");
    }

    /** Many at once may each find the file changed too often. */
    private RawResponse untilDone(String patch) {
        RawResponse answer = patch(patch);
        for (int i = 0; i < 20 && answer.status() == 503; i++) {
            answer = patch(patch);
        }
        return answer;
    }

    private RawResponse get(String... headers) {
        return bucket.exchange("GET", path, Optional.empty(), headers);
    }

    private RawResponse patch(String patch, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add(PATCH);
        return bucket.exchange(
                "PATCH", path, Optional.of(patch.getBytes(StandardCharsets.UTF_8)), all.toArray(String[]::new));
    }

    /** An object around so many arrays. */
    private static String nested(int arrays) {
        return "{\"a\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}";
    }

    private static String tags(int count) {
        StringBuilder tags = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            tags.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"v\"");
        }
        return tags.append('}').toString();
    }
}
