package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.embedded.StorePair;
import dev.consigne.testing.Bytes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A new version on the old schema waits for its migration; an old one on a new schema serves, and both at once lose
 * nothing. The schema one step ahead is a migration of the tests, and the old version is the artefact itself unless
 * {@code -Dconsigne.test.old-jar=…/quarkus-run.jar} names another.
 */
class UpgradeIT {
    private static final List<String> JVM = List.of("-Xmx256m");
    private static final Path OLD = Path.of(System.getProperty("consigne.test.old-jar", ServiceProcess.JAR.toString()));
    private static final Map<String, String> AS_IN_PRODUCTION =
            Map.of("QUARKUS_FLYWAY_MIGRATE_AT_START", "false", "CONSIGNE_COLLECTOR_EVERY", "off");
    private static final Map<String, String> AS_THE_MIGRATION =
            Map.of("QUARKUS_FLYWAY_MIGRATE_AT_START", "true", "QUARKUS_INIT_AND_EXIT", "true");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int WRITERS = 4;

    private static StorePair stores;

    private final ConcurrentMap<String, byte[]> acknowledged = new ConcurrentHashMap<>();
    private final AtomicInteger uploads = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ReadWriteLock change = new ReentrantReadWriteLock(true);
    private List<ServiceProcess> serving = List.of();

    @BeforeAll
    static void startStores() {
        stores = StorePair.start("stores-upgrade");
    }

    @AfterAll
    static void stopStores() throws Exception {
        stores.close();
    }

    @BeforeEach
    void emptyTheStores() {
        flyway().cleanDisabled(false).load().clean();
        for (String collection : List.of("chunks", "manifests", "meta")) {
            stores.collection(collection).drop();
        }
    }

    @Test
    void newCodeOnTheSchemaBeforeItWaitsUntilTheMigrationHasRun() throws Exception {
        flyway().target(String.valueOf(newest() - 1)).load().migrate();
        try (ServiceProcess service = ServiceProcess.launch(stores, JVM, AS_IN_PRODUCTION)) {
            await().atMost(SOON).until(() -> waitingLines(service) >= 2);

            HttpResponse<String> notReady = get(service.management("/q/health/ready"));
            assertThat(notReady.statusCode()).isEqualTo(503);
            assertThat(notReady.body()).contains("this code needs " + newest() + ": run the migration first");
            assertThat(put(service, "early", new byte[1])).isEqualTo(503);

            migrate();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    get(service.management("/q/health/ready")).statusCode())
                            .isEqualTo(200));
            assertThat(put(service, "later", new byte[1])).isEqualTo(201);
        }
    }

    private static long waitingLines(ServiceProcess service) {
        return service.log().stream()
                .filter(line -> line.contains("run the migration first"))
                .count();
    }

    @Test
    void oldCodeOnTheSchemaAfterItServesAsBefore() throws Exception {
        stepAhead();
        try (ServiceProcess service = ServiceProcess.start(OLD, stores, JVM, AS_IN_PRODUCTION)) {
            everyKindOfUse(service);
        }
        assertSound();
    }

    @Test
    void oldCodeThatWouldMigrateLeavesTheSchemaAfterItAlone() throws Exception {
        stepAhead();

        assertThat(migrate()).anyMatch(line -> line.contains("newer than the latest available migration"));

        try (ServiceProcess service =
                ServiceProcess.start(OLD, stores, JVM, Map.of("QUARKUS_FLYWAY_MIGRATE_AT_START", "true"))) {
            everyKindOfUse(service);
        }
        assertThat(number("SELECT max(version::int) FROM flyway_schema_history WHERE success"))
                .isEqualTo(999);
    }

    @Test
    void aRolloutAndItsRollbackLoseNothingThatWasAcknowledged() throws Exception {
        flyway().load().migrate();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try (ServiceProcess old = ServiceProcess.start(OLD, stores, JVM, AS_IN_PRODUCTION)) {
            serve(old);
            List<Future<Integer>> writers = IntStream.range(0, WRITERS)
                    .mapToObj(writer -> threads.submit(() -> write(writer)))
                    .toList();
            awaitMore(20);

            stepAhead();
            awaitMore(20);
            try (ServiceProcess next = ServiceProcess.start(stores, JVM, AS_IN_PRODUCTION)) {
                serve(old, next);
                awaitMore(40);
                serve(next);
                old.close();
                awaitMore(20);
                try (ServiceProcess again = ServiceProcess.start(OLD, stores, JVM, AS_IN_PRODUCTION)) {
                    serve(next, again);
                    awaitMore(40);
                    serve(again);
                    next.close();
                    awaitMore(20);
                    over.set(true);

                    for (Future<Integer> writer : writers) {
                        assertThat(writer.get()).as("uploads that were refused").isZero();
                    }
                    for (Map.Entry<String, byte[]> file : acknowledged.entrySet()) {
                        assertThat(read(again, file.getKey())).as(file.getKey()).isEqualTo(file.getValue());
                    }
                }
            }
        } finally {
            over.set(true);
            threads.shutdown();
        }
        assertSound();
    }

    /** From now on these are asked and no others, nor does anybody still wait for another. */
    private void serve(ServiceProcess... services) {
        change.writeLock().lock();
        serving = List.of(services);
        change.writeLock().unlock();
    }

    /** Stores and replaces files through whoever serves, and reads each through whoever serves next. */
    private int write(int writer) throws Exception {
        int refused = 0;
        for (int i = 0; !over.get(); i++) {
            String name = "w" + writer + "/" + i % 40;
            byte[] bytes = Bytes.seeded(writer * 100_000 + i, 1_000 + i % 7 * 100_000);
            change.readLock().lock();
            try {
                int status = put(serving.get(i % serving.size()), name, bytes);
                if (status == 200 || status == 201) {
                    acknowledged.put(name, bytes);
                    assertThat(read(serving.get((i + 1) % serving.size()), name))
                            .isEqualTo(bytes);
                    uploads.incrementAndGet();
                } else {
                    refused++;
                }
            } finally {
                change.readLock().unlock();
            }
        }
        return refused;
    }

    private void awaitMore(int number) {
        int before = uploads.get();
        await().atMost(SOON).until(() -> uploads.get() >= before + number);
    }

    private static void everyKindOfUse(ServiceProcess service) throws Exception {
        byte[] first = Bytes.seeded(1, 700_000);
        byte[] second = Bytes.seeded(2, 300);
        assertThat(put(service, "a/one", first)).isEqualTo(201);
        assertThat(put(service, "a/one", second)).isEqualTo(200);
        assertThat(put(service, "a/two", first)).isEqualTo(201);
        assertThat(read(service, "a/one")).isEqualTo(second);
        assertThat(read(service, "a/two")).isEqualTo(first);
        JsonNode files = list(service);
        assertThat(files.findValuesAsText("name")).containsExactly("a/one", "a/two");
        String id = files.findValuesAsText("id").get(0);
        assertThat(post(service, "/api/v1/files/" + id + ":copy", "{\"name\":\"a/three\"}"))
                .isEqualTo(201);
        assertThat(post(service, "/api/v1/files/" + id + ":move", "{\"name\":\"a/zero\"}"))
                .isEqualTo(200);
        assertThat(delete(service, "a/two")).isEqualTo(204);
        assertThat(list(service).findValuesAsText("name")).containsExactly("a/three", "a/zero");
        assertThat(read(service, "a/three")).isEqualTo(second);
    }

    /** What the migration Job does. */
    private static List<String> migrate() throws Exception {
        try (ServiceProcess job = ServiceProcess.launch(stores, JVM, AS_THE_MIGRATION)) {
            assertThat(job.awaitExit()).as(String.join("\n", job.log())).isZero();
            return job.log();
        }
    }

    private static void assertSound() throws Exception {
        JobRunProcess fsck = JobRunProcess.run(stores, AS_IN_PRODUCTION, "fsck", "--deep");
        assertThat(fsck.exit()).as(fsck.out() + fsck.log()).isZero();
        assertThat(fsck.report().path("sound").asBoolean()).isTrue();
    }

    private static void stepAhead() {
        flyway().locations("classpath:db/migration", "filesystem:src/test/resources/db/next")
                .load()
                .migrate();
    }

    private static int newest() {
        return Stream.of(flyway().load().info().all())
                .mapToInt(migration -> Integer.parseInt(migration.getVersion().getVersion()))
                .max()
                .orElseThrow();
    }

    private static FluentConfiguration flyway() {
        return Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://127.0.0.1:" + stores.postgresPort() + "/consigne", "consigne", "consigne");
    }

    private static int number(String query) throws Exception {
        try (Connection catalog = stores.catalog();
                ResultSet row = catalog.createStatement().executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static JsonNode list(ServiceProcess service) throws Exception {
        URI files = service.content("x").resolve("/api/v1/buckets/demo/files?prefix=a/");
        return new ObjectMapper().readTree(get(files).body());
    }

    private static int put(ServiceProcess service, String name, byte[] body) throws Exception {
        return send(HttpRequest.newBuilder(service.content(name)).PUT(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static int post(ServiceProcess service, String path, String json) throws Exception {
        return send(HttpRequest.newBuilder(service.content("x").resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private static int delete(ServiceProcess service, String name) throws Exception {
        return send(HttpRequest.newBuilder(service.content(name)).DELETE());
    }

    private static int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] read(ServiceProcess service, String name) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(service.content(name)).build(), HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }
}
