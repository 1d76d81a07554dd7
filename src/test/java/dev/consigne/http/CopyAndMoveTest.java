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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies that share their bytes, and files that change their names. */
@QuarkusTest
class CopyAndMoveTest {
    private static final byte[] BODY = Bytes.seeded(1, 200_000);
    private static final byte[] OTHER = Bytes.seeded(2, 100_000);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;
    private String file = "";

    @BeforeEach
    void storeAFile() {
        bucket = TestBucket.create(service);
        file = bucket.stored("a", BODY, "Content-Type: image/png", "Consigne-Metadata: {\"k\":1}", "Consigne-Tags: t=1")
                .header("Location");
    }

    @Test
    void copiesAFileWithAllThatIsSaidAboutIt() {
        RawResponse copied = act(file, "copy", "{'name':'b'}");

        assertThat(copied.status()).isEqualTo(201);
        JsonNode record = copied.json();
        assertThat(record.path("generation").asLong()).isEqualTo(1);
        assertThat(record.path("mediaType").asText()).isEqualTo("image/png");
        assertThat(record.path("metadata").toString()).isEqualTo("{\"k\":1}");
        assertThat(record.path("tags").toString()).isEqualTo("{\"t\":\"1\"}");
        assertThat(copied.header("Location"))
                .isNotEqualTo(file)
                .endsWith(record.path("id").asText());
        assertThat(bucket.get("b").body()).isEqualTo(BODY);
        assertThat(bucket.get("a").body()).isEqualTo(BODY);
    }

    @Test
    void aCopyLivesOnWithoutItsSourceAndTheOtherWayRound() {
        act(file, "copy", "{'name':'b'}");
        String third = act(file, "copy", "{'name':'c'}").header("Location");

        bucket.delete("a");
        assertThat(bucket.get("b").body()).isEqualTo(BODY);
        bucket.put("b", OTHER);

        assertThat(bucket.get("c").body()).isEqualTo(BODY);
        assertThat(act(third, "copy", "{'name':'a'}").status()).isEqualTo(201);
        bucket.delete("c");
        assertThat(bucket.get("a").body()).isEqualTo(BODY);
        bucket.delete("a");
        assertProblem(act(third, "copy", "{'name':'d'}"), 404, "file-not-found");
    }

    @Test
    void saysOtherThingsAboutACopyIfItIsToldTo() {
        JsonNode record =
                act(file, "copy", "{'name':'b','metadata':{'n':2},'tags':{}}").json();

        assertThat(record.path("metadata").toString()).isEqualTo("{\"n\":2}");
        assertThat(record.path("tags").toString()).isEqualTo("{}");
    }

    @Test
    void replacesAFileOnlyIfItIsToldTo() {
        String tag = bucket.stored("b", OTHER).header("ETag").replace("\"", "\\'");

        assertProblem(act(file, "copy", "{'name':'b'}"), 409, "name-taken");
        assertProblem(
                act(file, "copy", "{'name':'b','overwrite':true,'ifMatch':'\\'x\\''}"), 412, "precondition-failed");
        assertThat(bucket.get("b").body()).isEqualTo(OTHER);

        RawResponse copied = act(file, "copy", "{'name':'b','overwrite':true,'ifMatch':'" + tag + "'}");

        assertThat(copied.status()).isEqualTo(200);
        assertThat(copied.json().path("generation").asLong()).isEqualTo(2);
        assertThat(bucket.get("b").body()).isEqualTo(BODY);
        assertThat(act(file, "copy", "{'name':'b','overwrite':true}").status())
                .as("onto a file that has the same content")
                .isEqualTo(200);
        bucket.delete("a");
        assertThat(bucket.get("b").body()).isEqualTo(BODY);
    }

    @Test
    void copiesIntoAnotherBucketWithinItsLimits() {
        TestBucket small = TestBucket.create(service, 1000);
        TestBucket full = TestBucket.create(service);
        settings(full, "{'maxBytes':250000}");

        assertThat(act(file, "copy", "{'name':'a','bucket':'" + full.name() + "'}")
                        .status())
                .isEqualTo(201);
        assertProblem(act(file, "copy", "{'name':'b','bucket':'" + full.name() + "'}"), 507, "quota-exceeded");
        assertProblem(act(file, "copy", "{'name':'a','bucket':'" + small.name() + "'}"), 413, "content-too-large");
        assertProblem(act(file, "copy", "{'name':'a','bucket':'no-such'}"), 404, "bucket-not-found");
        assertThat(full.get("a").body()).isEqualTo(BODY);
        assertThat(used(full)).isEqualTo(BODY.length);
        full.delete("a");
        assertThat(used(full)).isZero();
    }

    @Test
    void copiesOnceHoweverOftenItIsAskedWithOneKey() {
        RawResponse first = act(file, "copy", "{'name':'b'}", "Idempotency-Key: k");

        RawResponse again = act(file, "copy", "{'name':'b'}", "Idempotency-Key: k");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json()).isEqualTo(first.json());
        for (String other : List.of(
                "{'name':'c'}",
                "{'name':'b','overwrite':true}",
                "{'name':'b','metadata':{'k':2}}",
                "{'name':'b','tags':{}}")) {
            assertProblem(act(file, "copy", other, "Idempotency-Key: k"), 422, "idempotency-key-reused");
        }
        bucket.exchange(
                "PATCH",
                file,
                Optional.of("{\"tags\":{\"t\":\"2\"}}".getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/merge-patch+json");
        assertThat(act(file, "copy", "{'name':'b'}", "Idempotency-Key: k").json())
                .as("the source is another by now")
                .isEqualTo(first.json());
    }

    @Test
    void movesAFileAndKeepsItsId() {
        RawResponse moved = act(file, "move", "{'name':'dir/b c'}");

        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.json().path("name").asText()).isEqualTo("dir/b c");
        assertThat(moved.json().path("metageneration").asLong()).isEqualTo(2);
        assertThat(bucket.get("dir/b%20c").body()).isEqualTo(BODY);
        assertProblem(bucket.get("a"), 404, "file-not-found");
        assertThat(bucket.exchange("GET", file, Optional.empty()).json()).isEqualTo(moved.json());
    }

    @Test
    void movesIntoAnotherBucketWithItsBytesCountedThere() {
        TestBucket other = TestBucket.create(service);
        settings(bucket, "{'maxBytes':1000000}");
        settings(other, "{'maxBytes':250000}");
        String second = bucket.stored("b", BODY).header("Location");

        assertThat(act(file, "move", "{'name':'a','bucket':'" + other.name() + "'}")
                        .status())
                .isEqualTo(200);

        assertThat(used(bucket)).isEqualTo(BODY.length);
        assertThat(used(other)).isEqualTo(BODY.length);
        assertProblem(act(second, "move", "{'name':'b','bucket':'" + other.name() + "'}"), 507, "quota-exceeded");
        assertThat(bucket.names()).containsExactly("b");
        assertThat(other.names()).containsExactly("a");
        assertProblem(act(second, "move", "{'name':'b','bucket':'no-such'}"), 404, "bucket-not-found");
    }

    @Test
    void neverReplacesAFileByAMove() {
        bucket.stored("b", OTHER);

        assertProblem(act(file, "move", "{'name':'b'}"), 409, "name-taken");
        assertProblem(act(file, "move", "{'name':'a'}"), 409, "name-taken");
        assertThat(act(file, "move", "{'name':'a/b'}").status())
                .as("a name is a name, and no folder")
                .isEqualTo(200);
        assertThat(bucket.get("b").body()).isEqualTo(OTHER);
    }

    @Test
    void actsOnTheStateThatWasSeen() {
        String seen = bucket.exchange("GET", file, Optional.empty()).header("ETag");
        act(file, "move", "{'name':'b'}");

        assertProblem(act(file, "move", "{'name':'c'}", "If-Match: " + seen), 412, "precondition-failed");
        assertProblem(act(file, "copy", "{'name':'c'}", "If-Match: " + seen), 412, "precondition-failed");

        settings(bucket, "{'requirePreconditions':true}");
        assertProblem(act(file, "move", "{'name':'c'}"), 428, "precondition-required");
        assertProblem(act(file, "copy", "{'name':'b2','overwrite':true}"), 428, "precondition-required");
        assertThat(act(file, "copy", "{'name':'b2'}").status())
                .as("it replaces nothing")
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{};400;invalid-body",
                "{'name':[]};400;invalid-body",
                "{'name':1};400;invalid-body",
                "{'name':true};400;invalid-body",
                "{'name':'../b'};400;invalid-name",
                "{'name':'b','bucket':'NO'};400;invalid-bucket-name",
                "{'name':'b','x':1};400;unknown-field",
                "[];400;invalid-body",
                "{'name':'a'};409;name-taken"
            })
    void refusesWhatIsNoTarget(String body, int status, String code) {
        assertProblem(act(file, "copy", body), status, code);
        assertProblem(act(file, "move", body), status, code);
        assertThat(bucket.names()).containsExactly("a");
    }

    @Test
    void saysWhereInTheBodyAConditionIsNone() {
        RawResponse refused = act(file, "copy", "{'name':'b','overwrite':true,'ifMatch':'x'}");

        assertThat(assertProblem(refused, 400, "invalid-condition")
                        .json()
                        .path("pointer")
                        .asText())
                .isEqualTo("/ifMatch");
    }

    @Test
    void takesNoTagsThatAreNoTexts() {
        assertProblem(act(file, "copy", "{'name':'b','tags':{'t':null}}"), 400, "invalid-body");
        assertProblem(act(file, "copy", "{'name':'b','tags':{'t':1.5}}"), 400, "invalid-body");
        assertThat(bucket.names()).containsExactly("a");
    }

    @Test
    void actsOnFilesOnly() {
        String nothing = "/api/v1/files/" + UUID.randomUUID();

        assertProblem(act(nothing, "copy", "{'name':'b'}"), 404, "file-not-found");
        assertProblem(act(nothing, "move", "{'name':'b'}"), 404, "file-not-found");
        assertProblem(act("/api/v1/files/x", "copy", "{'name':'b'}"), 404, "file-not-found");
        assertProblem(act(file, "explode", "{'name':'b'}"), 405, "method-not-allowed");
        assertThat(bucket.exchange("GET", file + ":copy", Optional.empty()).status())
                .isBetween(404, 405);
    }

    /** The body with its quotation marks written as apostrophes. */
    private RawResponse act(String path, String action, String body, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 1, headers.length);
        all[0] = "Content-Type: application/json";
        return bucket.exchange("POST", path + ":" + action, Optional.of(json(body)), all);
    }

    private static void settings(TestBucket bucket, String settings) {
        RawResponse answer =
                bucket.exchange("PUT", bucket.path(), Optional.of(json(settings)), "Content-Type: application/json");
        assertThat(answer.status()).isEqualTo(200);
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static long used(TestBucket bucket) {
        return bucket.exchange("GET", bucket.path(), Optional.empty())
                .json()
                .path("usedBytes")
                .asLong();
    }
}
