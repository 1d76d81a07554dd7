package dev.consigne.admin;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRun;
import dev.consigne.job.JobStep;
import dev.consigne.job.StoreMarks;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs looked at, begun and ended over HTTP. */
@QuarkusTest
class JobsByHandTest {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @Inject
    JobLog log;

    @Inject
    StoreMarks.OfCatalog marks;

    private AdminClient client;

    @BeforeEach
    void connect() {
        client = new AdminClient(management);
    }

    @Test
    void listsEveryJobWhetherItEverRanOrNot() {
        RawResponse answer = client.get("/admin/jobs");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.json().path("jobs").findValuesAsText("job"))
                .containsExactly("collector", "check", "scrub", "orphans", "fsck", "adopt", "bulk");
        assertThat(answer.json().path("jobs").findValuesAsText("state")).hasSize(7);
    }

    @Test
    void runsAJobInTheBackgroundAndTellsHowItEnded() {
        long before = client.get("/admin/jobs/fsck").json().path("run").asLong();

        RawResponse started = client.post("/admin/jobs/fsck?mode=report&deep=true");

        assertThat(started.status()).as("%s", started).isEqualTo(202);
        assertThat(started.header("Location")).isEqualTo("/admin/jobs/fsck");
        assertThat(started.json().path("run").asLong()).isEqualTo(before + 1);
        JsonNode ended = ended("fsck");
        assertThat(ended.path("run").asLong()).isEqualTo(before + 1);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("DONE");
        assertThat(ended.path("mode").asText()).isEqualTo("report");
        assertThat(ended.path("deep").asBoolean()).isTrue();
        assertThat(ended.path("startedAt").asText()).endsWith("Z");
        assertThat(ended.path("finishedAt").asText()).endsWith("Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector?mode=repair", "check", "scrub", "orphans?mode=repair&deep=false", "adopt"})
    void runsEveryJob(String job) {
        assertThat(client.post("/admin/jobs/" + job).status()).isEqualTo(202);

        assertThat(ended(job.replaceFirst("\\?.*", "")).path("state").asText()).isEqualTo("DONE");
    }

    @Test
    void refusesToStartAndStopsWhatRunsAlready() {
        JobRun running = claim(JobName.SCRUB);

        RawResponse refused = client.post("/admin/jobs/scrub");
        RawResponse stopped = client.delete("/admin/jobs/scrub");

        assertProblem(refused, 409, "job-running");
        assertThat(client.get("/admin/jobs/scrub").json().path("state").asText())
                .isEqualTo("RUNNING");
        assertThat(stopped.status()).isEqualTo(202);
        assertThat(stopped.header("Location")).isEqualTo("/admin/jobs/scrub");
        assertThat(get(log.advance(running, step(List.of()), LEASE))).isEqualTo(JobLog.Next.STOP);
        get(log.end(running, JobEnd.STOPPED, ""));
        assertProblem(client.delete("/admin/jobs/scrub"), 409, "job-not-running");
        assertThat(client.get("/admin/jobs/scrub").json().path("state").asText())
                .isEqualTo("STOPPED");
    }

    @Test
    void showsFindingsPageByPage() {
        JobRun run = claim(JobName.ORPHANS);
        List<Finding> planted =
                IntStream.range(0, 5).mapToObj(JobsByHandTest::finding).toList();
        get(log.advance(run, step(planted), LEASE));
        get(log.end(run, JobEnd.DONE, ""));

        JsonNode first = client.get("/admin/jobs/orphans/findings?limit=2").json();
        JsonNode second = client.get("/admin/jobs/orphans/findings?limit=3&after=" + first.path("next"))
                .json();

        assertThat(first.path("findings")).hasSize(2);
        assertThat(second.path("findings")).hasSize(3);
        assertThat(second.has("next")).as("the last page names no next").isFalse();
        assertThat(first.findValuesAsText("contentId"))
                .doesNotContainAnyElementsOf(second.findValuesAsText("contentId"));
        JsonNode one = second.path("findings").get(2);
        assertThat(one.path("kind").asText()).isEqualTo("MISSING_CHUNKS");
        assertThat(one.path("bucket").asText()).isEqualTo("letters");
        assertThat(one.path("name").asText()).isEqualTo("2026/é 4.pdf");
        assertThat(one.path("detail").asText()).isEqualTo("chunks missing: 1 (4)");
        assertThat(client.get("/admin/jobs/orphans/findings?after=" + one.path("number"))
                        .json()
                        .path("findings"))
                .isEmpty();
        assertThat(client.get("/admin/jobs/orphans/findings?limit=1000").json().path("findings"))
                .hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /admin/jobs/fsck?mode=destroy",
        "POST, /admin/jobs/fsck?mode=",
        "POST, /admin/jobs/fsck?mode=REPAIR",
        "POST, /admin/jobs/fsck?mode=repair&mode=report",
        "POST, /admin/jobs/fsck?deep=yes",
        "POST, /admin/jobs/fsck?depe=true",
        "POST, /admin/jobs/check?deep=true",
        "POST, /admin/jobs/collector",
        "POST, /admin/jobs/collector?mode=report",
        "GET, /admin/jobs?x=1",
        "GET, /admin/jobs/fsck?mode=report",
        "DELETE, /admin/jobs/fsck?mode=repair",
        "GET, /admin/jobs/fsck/findings?limit=0",
        "GET, /admin/jobs/fsck/findings?limit=1001",
        "GET, /admin/jobs/fsck/findings?limit=ten",
        "GET, /admin/jobs/fsck/findings?after=-1",
        "GET, /admin/jobs/fsck/findings?after=9999999999999999999",
        "GET, /admin/hold?reason=x",
        "DELETE, /admin/hold?force=true"
    })
    void refusesParametersItDoesNotUnderstand(String method, String path) {
        long before = client.get("/admin/jobs/fsck").json().path("run").asLong();

        assertProblem(client.send(method, path, AdminClient.BEARER), 400, "invalid-parameter");

        assertThat(client.get("/admin/jobs/fsck").json().path("run").asLong())
                .as("nothing was begun")
                .isEqualTo(before);
    }

    @Test
    void refusesAQueryThatCannotBeDecoded() {
        assertProblem(client.post("/admin/jobs/fsck?mode=%zz"), 400, "invalid-encoding");
    }

    @Test
    void refusesABody() {
        String post = "POST /admin/jobs/fsck HTTP/1.1\r\nHost: localhost\r\n" + AdminClient.BEARER + "\r\n";

        assertProblem(exchange(post + "Content-Length: 2\r\n\r\n{}"), 400, "invalid-body");
        assertProblem(exchange(post + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), 400, "invalid-body");
    }

    /** It is read before the token is: whoever sends it must not fill memory or disk. */
    @Test
    void breaksOffALargeBodyOfWhomeverItIs() {
        String post = "POST /admin/jobs/fsck HTTP/1.1\r\nHost: localhost\r\n";

        assertThat(exchange(post + "Content-Length: 1025\r\n\r\n").status()).isEqualTo(413);
        assertThat(exchange(post + "Transfer-Encoding: chunked\r\n\r\n401\r\n" + "x".repeat(0x401) + "\r\n")
                        .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /admin/jobs/nosuch, job-not-found",
        "GET, /admin/jobs/FSCK, job-not-found",
        "POST, /admin/jobs/nosuch?mode=repair, job-not-found",
        "DELETE, /admin/jobs/nosuch, job-not-found",
        "GET, /admin/jobs/nosuch/findings, job-not-found",
        "GET, /admin, not-found",
        "GET, /admin/jobs/fsck/findings/1, not-found",
        "POST, /admin/nosuch, not-found"
    })
    void doesNotKnowOtherPathsAndJobs(String method, String path, String code) {
        assertProblem(client.send(method, path, AdminClient.BEARER), 404, code);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /admin/jobs, GET",
        "PUT, /admin/jobs/fsck, 'DELETE, GET, POST'",
        "DELETE, /admin/jobs/fsck/findings, GET",
        "POST, /admin/hold, 'DELETE, GET'"
    })
    void takesNoOtherMethodsAndSaysWhich(String method, String path, String allowed) {
        RawResponse refused = client.send(method, path, AdminClient.BEARER);

        assertThat(assertProblem(refused, 405, "method-not-allowed").header("Allow"))
                .isEqualTo(allowed);
    }

    @Test
    void showsAHoldAndReleasesIt() {
        get(marks.hold("somebody restored a backup"));
        try {
            JsonNode held = client.get("/admin/hold").json();
            assertThat(client.post("/admin/jobs/orphans?mode=repair").status()).isEqualTo(202);

            assertThat(held.path("held").asBoolean()).isTrue();
            assertThat(held.path("reason").asText()).isEqualTo("somebody restored a backup");
            assertThat(ended("orphans").path("state").asText()).isEqualTo("HELD");
            assertThat(client.get("/admin/jobs/orphans").json().path("message").asText())
                    .isEqualTo("somebody restored a backup");

            RawResponse released = client.delete("/admin/hold");

            assertThat(released.status()).isEqualTo(200);
            assertThat(released.json().path("held").asBoolean(true)).isFalse();
            assertThat(client.get("/admin/hold").json().path("held").asBoolean(true))
                    .isFalse();
            assertThat(client.post("/admin/jobs/orphans?mode=repair").status()).isEqualTo(202);
            assertThat(ended("orphans").path("state").asText()).isEqualTo("DONE");
        } finally {
            get(marks.release());
        }
    }

    @Test
    void keepsTheRequestsOwnIdIfItIsHarmless() {
        assertThat(client.send("GET", "/admin/jobs", AdminClient.BEARER, "X-Request-Id: night-shift-7")
                        .header("X-Request-Id"))
                .isEqualTo("night-shift-7");
        assertProblem(client.send("GET", "/admin/jobs", "X-Request-Id: a b"), 401, "unauthenticated");
    }

    private RawResponse exchange(String request) {
        try (RawHttp http = RawHttp.open(management)) {
            return http.send(request).read();
        }
    }

    private JsonNode ended(String job) {
        String path = "/admin/jobs/" + job;
        await().atMost(PATIENCE)
                .until(() -> !client.get(path).json().path("state").asText().equals("RUNNING"));
        return client.get(path).json();
    }

    private JobRun claim(JobName name) {
        return get(log.claim(name, JobOrder.REPORT, Duration.ZERO, LEASE)).orElseThrow();
    }

    private static JobStep step(List<Finding> findings) {
        return new JobStep("walk:", true, findings.size(), 0, 0, findings);
    }

    private static Finding finding(int number) {
        return new Finding(
                FindingKind.MISSING_CHUNKS,
                new ContentId(UUID.randomUUID()),
                Optional.of(new BucketName("letters")),
                Optional.of(new FileName("2026/é " + number + ".pdf")),
                "chunks missing: 1 (" + number + ")");
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }
}
