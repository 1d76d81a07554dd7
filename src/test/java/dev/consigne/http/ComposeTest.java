package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files made of the bytes of others. */
@QuarkusTest
class ComposeTest {
    private static final byte[] FIRST = Bytes.seeded(1, 300_000);
    private static final byte[] SECOND = Bytes.seeded(2, 100_001);
    private static final byte[] EMPTY = {};

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;
    private String first = "";
    private String second = "";
    private String empty = "";

    @BeforeEach
    void storeParts() {
        bucket = TestBucket.create(service);
        first = id(bucket.stored("1", FIRST, "Content-Type: video/mp4", "Consigne-Tags: t=1"));
        second = id(bucket.stored("2", SECOND));
        empty = id(bucket.stored("3", EMPTY));
    }

    @Test
    void storesTheBytesOfTheParts() {
        RawResponse made = compose(body("whole", first, empty, second, first));

        assertThat(made.status()).isEqualTo(201);
        JsonNode record = made.json();
        assertThat(record.path("length").asLong()).isEqualTo(700_001);
        assertThat(record.path("mediaType").asText()).isEqualTo("video/mp4");
        assertThat(record.path("tags").toString()).isEqualTo("{}");
        assertThat(made.header("Location")).endsWith(record.path("id").asText());
        byte[] whole = joined(FIRST, SECOND, FIRST);
        assertThat(bucket.get("whole").body()).isEqualTo(whole);
        assertThat(bucket.names()).containsExactly("1", "2", "3", "whole");
        bucket.delete("1");
        assertThat(bucket.get("whole").body()).isEqualTo(whole);
    }

    @Test
    void makesAnEmptyFileOfEmptyParts() {
        assertThat(compose(body("whole", empty, empty)).status()).isEqualTo(201);
        assertThat(bucket.get("whole").body()).isEmpty();
    }

    @Test
    void saysOfTheFileWhatItIsTold() {
        String body =
                "{'name':'w','parts':[{'id':'" + first + "'}],'mediaType':'a/b','metadata':{'n':1},'tags':{'x':'y'}}";

        JsonNode record = compose(body).json();

        assertThat(record.path("mediaType").asText()).isEqualTo("a/b");
        assertThat(record.path("metadata").toString()).isEqualTo("{\"n\":1}");
        assertThat(record.path("tags").toString()).isEqualTo("{\"x\":\"y\"}");
    }

    @Test
    void takesPartsFromOtherBuckets() {
        TestBucket other = TestBucket.create(service);
        String part = id(other.stored("p", SECOND));

        assertThat(compose(body("whole", first, part)).status()).isEqualTo(201);
        assertThat(bucket.get("whole").body()).isEqualTo(joined(FIRST, SECOND));
    }

    @Test
    void replacesAFileOnlyIfItIsToldTo() {
        String tag = bucket.get("2").header("ETag").replace("\"", "\\'");
        String parts = "'name':'2','parts':[{'id':'" + second + "'},{'id':'" + second + "'}]";

        assertProblem(compose("{" + parts + "}"), 409, "name-taken");
        assertProblem(compose("{" + parts + ",'ifMatch':'" + tag + "'}"), 400, "invalid-body");
        assertProblem(compose("{" + parts + ",'overwrite':true,'ifMatch':'\\'x\\''}"), 412, "precondition-failed");
        assertThat(bucket.get("2").body()).isEqualTo(SECOND);

        RawResponse made = compose("{" + parts + ",'overwrite':true,'ifMatch':'" + tag + "'}");

        assertThat(made.status()).isEqualTo(200);
        assertThat(made.json().path("generation").asLong()).isEqualTo(2);
        assertThat(bucket.get("2").body()).isEqualTo(joined(SECOND, SECOND));
    }

    @Test
    void saysWhichPartStandsInTheWay() {
        String tag = bucket.get("1").header("ETag").replace("\"", "\\'");
        String mismatch = "{'name':'w','parts':[{'id':'" + first + "','ifMatch':'" + tag + "'},{'id':'" + second
                + "','ifMatch':'" + tag + "'}]}";

        RawResponse missing = compose(body("w", first, UUID.randomUUID().toString()));
        RawResponse changed = compose(mismatch);

        assertProblem(missing, 404, "file-not-found");
        assertThat(missing.json().path("part").asInt()).isEqualTo(1);
        assertProblem(changed, 412, "precondition-failed");
        assertThat(changed.json().path("part").asInt()).isEqualTo(1);
        assertThat(bucket.names()).containsExactly("1", "2", "3");
    }

    @Test
    void keepsToTheLimitsOfTheBucketBeforeItReads() {
        TestBucket small = TestBucket.create(service, 350_000);

        assertProblem(compose(small, body("w", first, second)), 413, "content-too-large");
        assertThat(compose(small, body("w", first)).status()).isEqualTo(201);
    }

    @Test
    void composesOnceHoweverOftenItIsAskedWithOneKey() {
        RawResponse made = compose(body("w", first, second), "Idempotency-Key: k");

        RawResponse again = compose(body("w", first, second), "Idempotency-Key: k");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json()).isEqualTo(made.json());
        assertProblem(compose(body("w", second, first), "Idempotency-Key: k"), 422, "idempotency-key-reused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{'parts':[{'id':'ID'}]};400;invalid-body;/name",
                "{'name':'w'};400;invalid-body;/parts",
                "{'name':'w','parts':[]};400;invalid-body;/parts",
                "{'name':'w','parts':[{}]};400;invalid-body;/parts/0/id",
                "{'name':'w','parts':[{'id':'ID'},null]};400;invalid-body;/parts/1",
                "{'name':'w','parts':[{'id':'x'}]};400;invalid-body;/parts/0/id",
                "{'name':'w','parts':'ID'};400;invalid-body;/parts",
                "{'name':'w','parts':[{'id':'ID','x':1}]};400;unknown-field;/parts/0/x"
            })
    void refusesWhatIsNoComposition(String body, int status, String code, String pointer) {
        RawResponse answer = compose(body.replace("ID", first));

        assertProblem(answer, status, code);
        assertThat(answer.json().path("pointer").asText()).isEqualTo(pointer);
    }

    @Test
    void refusesOtherNamesTypesAndTooManyParts() {
        String[] many = Collections.nCopies(33, empty).toArray(String[]::new);
        String parts = "'parts':[{'id':'" + empty + "'}]";

        assertProblem(compose(body("w", many)), 400, "invalid-body");
        assertThat(compose(body("w", Arrays.copyOf(many, 32))).status()).isEqualTo(201);
        assertProblem(compose(body("../w", first)), 400, "invalid-name");
        assertProblem(compose("{'name':'v','mediaType':'no'," + parts + "}"), 400, "invalid-content-type");
        assertProblem(compose(body("v", first), "If-None-Match: *"), 501, "not-supported");
        assertProblem(
                bucket.exchange(
                        "POST",
                        "/api/v1/buckets/no-such/files:compose",
                        Optional.of(json(body("w", first))),
                        "Content-Type: application/json"),
                404,
                "bucket-not-found");
    }

    private RawResponse compose(String body, String... headers) {
        return compose(bucket, body, headers);
    }

    /** The body with its quotation marks written as apostrophes. */
    private static RawResponse compose(TestBucket bucket, String body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Type: application/json";
        return bucket.exchange("POST", bucket.path() + "/files:compose", Optional.of(json(body)), all);
    }

    private static String body(String name, String... parts) {
        return Arrays.stream(parts)
                .map(id -> "{'id':'" + id + "'}")
                .collect(Collectors.joining(",", "{'name':'" + name + "','parts':[", "]}"));
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(whole::writeBytes);
        return whole.toByteArray();
    }

    private static String id(RawResponse stored) {
        return stored.json().path("id").asText();
    }
}
