package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRunner;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many files changed by one request, in the background. */
@QuarkusTest
class BulkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TestHTTPResource("/")
    URI service;

    @Inject
    JobRunner runner;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void deletesAFolderAndNothingBesideIt() {
        store("dir/a", "dir/b", "dir/c/d", "dir", "dis");

        JsonNode task = ended(start("{'operation':'delete','prefix':'dir/'}"));

        assertThat(task.path("state").asText()).isEqualTo("done");
        assertThat(task.path("done").asLong()).isEqualTo(3);
        assertThat(task.path("failed").asLong()).isZero();
        assertThat(bucket.names()).containsExactly("dir", "dis");
    }

    @Test
    void renamesAFolderOfManySteps() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            names.add("old/%03d/f".formatted(i));
        }
        store(names.toArray(String[]::new));

        JsonNode task = ended(start("{'operation':'move','prefix':'old/','to':{'prefix':'new/'}}"));

        assertThat(task.path("done").asLong()).isEqualTo(120);
        assertThat(bucket.names())
                .containsExactlyElementsOf(
                        names.stream().map(name -> name.replace("old/", "new/")).toList());
        assertThat(bucket.get("new/119/f").body()).isEqualTo(Bytes.seeded(1, 10));
    }

    @Test
    void movesIntoAnotherBucketAndSaysWhatCouldNotBeMoved() {
        TestBucket other = TestBucket.create(service);
        other.stored("in/b", Bytes.seeded(2, 10));
        List<String> ids = store("a", "b", "c");

        JsonNode task = ended(start(
                "{'operation':'move','ids':" + json(ids) + ",'to':{'bucket':'" + other.name() + "','prefix':'in/'}}"));

        assertThat(task.path("done").asLong()).isEqualTo(2);
        assertThat(task.path("failed").asLong()).isEqualTo(1);
        assertThat(task.path("failures").get(0).path("id").asText()).isEqualTo(ids.get(1));
        assertThat(task.path("failures").get(0).path("code").asText()).isEqualTo("name-taken");
        assertThat(other.names()).containsExactly("in/a", "in/b", "in/c");
        assertThat(bucket.names()).containsExactly("b");
    }

    /** What waited for room would keep every other task waiting. */
    @Test
    void goesOnBehindFilesThatHaveNoRoom() {
        TestBucket full = TestBucket.create(service);
        full.exchange(
                "PUT",
                full.path(),
                Optional.of("{\"maxBytes\":15}".getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");
        List<String> ids = store("a", "b");

        JsonNode task =
                ended(start("{'operation':'move','ids':" + json(ids) + ",'to':{'bucket':'" + full.name() + "'}}"));

        assertThat(task.path("done").asLong()).isEqualTo(1);
        assertThat(task.path("failures").findValuesAsText("code")).containsExactly("quota-exceeded");
        assertThat(full.names()).containsExactly("a");
        assertThat(bucket.names()).containsExactly("b");
    }

    @Test
    void changesTagsOfFilesEachOnceAndNamesThoseThatAreNotThere() {
        List<String> ids = store("a", "b");
        String foreign = TestBucket.create(service)
                .stored("x", Bytes.seeded(1, 1))
                .json()
                .path("id")
                .asText();
        List<String> asked =
                List.of(ids.get(0), ids.get(0), foreign, UUID.randomUUID().toString());

        JsonNode task = ended(start("{'operation':'tag','ids':" + json(asked) + ",'tags':{'s':'1','gone':null}}"));

        assertThat(task.path("done").asLong()).isEqualTo(1);
        assertThat(task.path("failed").asLong()).isEqualTo(2);
        assertThat(task.path("failures").findValuesAsText("code")).containsOnly("file-not-found");
        JsonNode a = bucket.exchange("GET", "/api/v1/files/" + ids.get(0), Optional.empty())
                .json();
        assertThat(a.path("tags").toString()).isEqualTo("{\"s\":\"1\"}");
        assertThat(a.path("metageneration").asLong()).isEqualTo(2);
    }

    @Test
    void isOneTaskHoweverOftenItIsSentWithOneKey() {
        store("a");
        String body = "{'operation':'delete','prefix':'a'}";

        RawResponse first = send(body, "Idempotency-Key: k");
        RawResponse again = send(body, "Idempotency-Key: k");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        RawResponse other = send("{'operation':'delete','prefix':'b'}", "Idempotency-Key: k");
        assertProblem(other, 422, "idempotency-key-reused");
        assertThat(other.json().path("header").asText()).isEqualTo("Idempotency-Key");
        assertThat(ended(first).path("done").asLong()).isEqualTo(1);
    }

    @Test
    void stopsWhenItIsTold() {
        RawResponse task = start("{'operation':'delete','prefix':'a'}");

        assertThat(bucket.exchange("DELETE", task.header("Location"), Optional.empty())
                        .status())
                .isEqualTo(204);

        assertThat(ended(task).path("state").asText()).isIn("cancelled", "done");
        assertThat(bucket.exchange("DELETE", task.header("Location"), Optional.empty())
                        .status())
                .as("again")
                .isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{};invalid-body",
                "{'operation':'explode','prefix':'a'};invalid-body",
                "{'operation':'delete'};invalid-body",
                "{'operation':'delete','prefix':''};invalid-body",
                "{'operation':'delete','prefix':'a','ids':[]};invalid-body",
                "{'operation':'delete','ids':[]};invalid-body",
                "{'operation':'delete','ids':['x']};invalid-body",
                "{'operation':'delete','ids':[null]};invalid-body",
                "{'operation':'delete','prefix':1};invalid-body",
                "{'operation':'delete','prefix':'a\\u0000'};invalid-parameter",
                "{'operation':'move','prefix':'a'};invalid-body",
                "{'operation':'move','prefix':'a/','to':{}};invalid-body",
                "{'operation':'move','prefix':'a/','to':{'prefix':'a/b/'}};invalid-body",
                "{'operation':'move','prefix':'a/','to':{'bucket':'NO'}};invalid-bucket-name",
                "{'operation':'tag','prefix':'a'};invalid-body",
                "{'operation':'tag','prefix':'a','tags':{}};invalid-body",
                "{'operation':'tag','prefix':'a','tags':{'k':1}};invalid-body",
                "{'operation':'tag','prefix':'a','tags':{'':'v'}};invalid-tags",
                "{'operation':'delete','prefix':'a','x':1};unknown-field"
            })
    void refusesWhatItCannotDo(String body, String code) {
        assertProblem(send(body), 400, code);
    }

    /** I94. */
    @Test
    void takesAThousandIdsAndNoMore() {
        String id = UUID.randomUUID().toString();

        assertProblem(
                send("{'operation':'delete','ids':" + json(Collections.nCopies(1001, id)) + "}"), 400, "invalid-body");
        JsonNode task = ended(start("{'operation':'delete','ids':" + json(Collections.nCopies(1000, id)) + "}"));
        assertThat(task.path("failed").asLong()).as("each once").isEqualTo(1);
    }

    @Test
    void isRefusedWhereEveryChangeNeedsACondition() {
        bucket.exchange(
                "PUT",
                bucket.path(),
                Optional.of("{\"requirePreconditions\":true}".getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");

        RawResponse refused = send("{'operation':'delete','prefix':'a'}");
        assertThat(assertProblem(refused, 428, "precondition-required").text()).contains("one by one");
    }

    @Test
    void knowsNoOtherTasks() {
        assertProblem(
                bucket.exchange("GET", "/api/v1/bulk/" + UUID.randomUUID(), Optional.empty()), 404, "task-not-found");
        assertProblem(bucket.exchange("GET", "/api/v1/bulk/x", Optional.empty()), 404, "task-not-found");
        assertProblem(bucket.exchange("DELETE", "/api/v1/bulk/x", Optional.empty()), 404, "task-not-found");
    }

    private List<String> store(String... names) {
        List<String> ids = new ArrayList<>();
        for (String name : names) {
            ids.add(bucket.stored(name, Bytes.seeded(1, 10)).json().path("id").asText());
        }
        return ids;
    }

    private RawResponse start(String body) {
        RawResponse started = send(body);
        assertThat(started.status()).as("%s", started).isEqualTo(202);
        return started;
    }

    private RawResponse send(String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Content-Type: application/json");
        return bucket.exchange(
                "POST",
                bucket.path() + "/files:bulk",
                Optional.of(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
                all.toArray(String[]::new));
    }

    /** The task once it is not pending. The job is run here; the schedule's may be ahead of it. */
    private JsonNode ended(RawResponse started) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode task = started.json();
        while (task.path("state").asText().equals("pending")) {
            assertThat(System.nanoTime()).as("%s", task).isLessThan(deadline);
            var unused = runner.run(JobName.BULK, JobOrder.REPAIR, Duration.ZERO)
                    .await()
                    .atMost(PATIENCE);
            task = bucket.exchange("GET", started.header("Location"), Optional.empty())
                    .json();
        }
        return task;
    }

    private static String json(List<String> ids) {
        return ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(",", "[", "]"));
    }
}
