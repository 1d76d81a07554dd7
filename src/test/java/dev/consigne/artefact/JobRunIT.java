package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.embedded.StorePair;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The artefact as a process that runs one job to its end, beside a service that goes on serving. */
class JobRunIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Map<String, String> QUIET =
            Map.of("CONSIGNE_JOB_POLL", "off", "CONSIGNE_COLLECTOR_EVERY", "off");

    private static StorePair stores;
    private static ServiceProcess service;

    @BeforeAll
    static void startService() throws Exception {
        stores = StorePair.start("stores-job-run");
        service = ServiceProcess.start(stores, List.of("-Xmx256m"), QUIET);
    }

    @AfterAll
    static void stopService() throws Exception {
        service.close();
        stores.close();
    }

    @Test
    void findsNothingThenTheChunkThatIsGoneThenNothingAgainOnceTheFileIsDeleted() throws Exception {
        // Given
        byte[] body = bytes(600_000);
        assertThat(put("torn", body)).isBetween(200, 201);
        assertThat(put("whole", body)).isBetween(200, 201);

        // When
        JobRunProcess sound = run("fsck", "--deep");
        UUID torn = contentOf("torn");
        deleteChunk(torn, 1);
        JobRunProcess found = run("fsck");
        assertThat(delete("torn")).isEqualTo(204);
        JobRunProcess after = run("fsck");

        // Then
        assertThat(sound.exit()).as(sound.toString()).isZero();
        assertThat(sound.report().path("state").asText()).isEqualTo("DONE");
        assertThat(sound.report().path("mode").asText()).isEqualTo("report");
        assertThat(sound.report().path("deep").asBoolean()).isTrue();
        assertThat(sound.report().path("bytes").asLong()).isGreaterThanOrEqualTo(2L * body.length);
        assertThat(sound.report().path("findings")).isEmpty();
        assertThat(sound.report().path("sound").asBoolean()).isTrue();

        assertThat(found.exit()).as(found.toString()).isEqualTo(1);
        assertThat(found.report().path("findings")).hasSize(1);
        JsonNode finding = found.report().path("findings").get(0);
        assertThat(finding.path("kind").asText()).isEqualTo("MISSING_CHUNKS");
        assertThat(finding.path("contentId").asText()).isEqualTo(torn.toString());
        assertThat(finding.path("bucket").asText()).isEqualTo("demo");
        assertThat(finding.path("name").asText()).isEqualTo("torn");
        assertThat(finding.path("detail").asText()).isEqualTo("chunks missing: 1 (1)");
        assertThat(found.report().path("sound").asBoolean(true)).isFalse();

        assertThat(after.exit()).as(after.toString()).isZero();
        assertThat(get("whole")).isEqualTo(body);
    }

    @Test
    void opensNoPortAndKeepsItsLogOutOfTheReport() throws Exception {
        JobRunProcess run = run("orphans");

        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.report().path("job").asText()).isEqualTo("orphans");
        assertThat(run.log()).contains("both stores answer and belong together").doesNotContain("istening on");
    }

    @Test
    void refusesToWorkOnAStrangersMongoDb() throws Exception {
        try (StorePair others = StorePair.start("stores-job-run-others");
                ServiceProcess paired = ServiceProcess.start(others, List.of("-Xmx256m"), QUIET)) {
            assertThat(paired.log()).isNotEmpty();

            JobRunProcess run = JobRunProcess.run(
                    stores,
                    Map.of("QUARKUS_MONGODB_CONNECTION_STRING", "mongodb://127.0.0.1:" + others.mongoPort()),
                    "fsck",
                    "--repair");

            assertThat(run.exit()).as(run.toString()).isEqualTo(3);
            assertThat(run.out()).isEmpty();
            assertThat(run.log()).contains("PostgreSQL belongs to pair");
        }
    }

    @Test
    void saysWhatItUnderstandsAndDoesNothingElse() throws Exception {
        JobRunProcess wrong = run("fsck", "--destroy");
        JobRunProcess help = run("--help");

        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.log()).contains("'--destroy' is not known here").contains("Usage:");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).startsWith("Usage:");
    }

    @Test
    void saysWhyItDoesNotStart() throws Exception {
        JobRunProcess run = JobRunProcess.run(stores, Map.of("CONSIGNE_ADMIN_TOKEN", "short"), "fsck");

        assertThat(run.exit()).as(run.toString()).isEqualTo(4);
        assertThat(run.out()).isEmpty();
        assertThat(run.log()).contains("refusing to start: consigne.admin.token");
    }

    @Test
    void leavesAJobAloneThatRunsElsewhere() throws Exception {
        // Given
        run("check");
        update(
                "UPDATE job SET state = 'RUNNING', lease_until = catalog_now() + interval '5 minutes' WHERE name = 'check'");

        // When
        JobRunProcess run = run("check");
        JobRunProcess contented = run("check", "--unless-running");
        update("UPDATE job SET state = 'DONE', lease_until = NULL WHERE name = 'check'");

        // Then
        assertThat(run.exit()).as(run.toString()).isEqualTo(4);
        assertThat(run.out()).isEmpty();
        assertThat(run.log()).contains("job check runs in another process");
        assertThat(contented.exit()).as(contented.toString()).isZero();
        assertThat(contented.out()).isEmpty();
    }

    /** A report that was cut off is ended as a report, and what was asked for follows. */
    @Test
    void endsWhatWasLeftInTheMiddleBeforeItRepairs() throws Exception {
        // Given
        run("orphans");
        update(
                "UPDATE job SET state = 'RUNNING', lease_until = catalog_now() - interval '1 second' WHERE name = 'orphans'");

        // When
        JobRunProcess run = run("orphans", "--repair");

        // Then
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.report().path("mode").asText()).isEqualTo("repair");
        assertThat(run.log()).contains("first ending run");
    }

    @Test
    void repairsNothingWhileRemovalIsHeldAndAgainOnceItIsReleased() throws Exception {
        // Given
        update("UPDATE store_identity SET held = 'a test says so', held_since = catalog_now()");

        // When
        JobRunProcess held = run("orphans", "--repair");
        JobRunProcess release = run("release");
        JobRunProcess repaired = run("orphans", "--repair");

        // Then
        assertThat(held.exit()).as(held.toString()).isEqualTo(4);
        assertThat(held.report().path("state").asText()).isEqualTo("HELD");
        assertThat(held.report().path("message").asText()).isEqualTo("a test says so");
        assertThat(release.exit()).as(release.toString()).isZero();
        assertThat(release.report().path("wasHeld").asText()).isEqualTo("a test says so");
        assertThat(repaired.exit()).as(repaired.toString()).isZero();
    }

    private static JobRunProcess run(String... arguments) throws Exception {
        return JobRunProcess.run(stores, Map.of(), arguments);
    }

    private static UUID contentOf(String name) throws Exception {
        try (Connection catalog = stores.catalog();
                PreparedStatement query = catalog.prepareStatement("SELECT content_id FROM file WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return rows.getObject(1, UUID.class);
            }
        }
    }

    private static void deleteChunk(UUID content, int number) {
        String key = String.format(Locale.ROOT, "%s:%08d", content, number);
        assertThat(stores.collection("chunks")
                        .deleteOne(new Document("_id", key))
                        .getDeletedCount())
                .isEqualTo(1);
    }

    private static void update(String sql) throws Exception {
        try (Connection catalog = stores.catalog();
                PreparedStatement update = catalog.prepareStatement(sql)) {
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    private static int put(String name, byte[] body) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(service.content(name))
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static int delete(String name) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(service.content(name)).DELETE().build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static byte[] get(String name) throws Exception {
        HttpResponse<byte[]> response = CLIENT.send(
                HttpRequest.newBuilder(service.content(name)).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
