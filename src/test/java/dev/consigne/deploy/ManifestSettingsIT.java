package dev.consigne.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.artefact.ServiceProcess;
import dev.consigne.embedded.StorePair;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The artefact with the environment and arguments that the production overlay gives each container, on a database with the
 * roles that it asks the operator for. Only addresses and ports are others; the credentials come from a file, as there.
 */
class ManifestSettingsIT {
    private static final Manifests PROD = Overlay.PROD.manifests();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int END_SECONDS = 120;

    private static StorePair stores;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void startStoresWithTheRolesOfTheCluster() throws Exception {
        deleteAll(Path.of("target", "stores-manifests"));
        stores = StorePair.start("stores-manifests");
        JsonNode spec = PROD.only("Cluster").path("spec");
        String owner = spec.at("/bootstrap/initdb/owner").asText();
        List<String> statements = new ArrayList<>();
        statements.add("CREATE ROLE " + owner + " LOGIN PASSWORD 'of-the-owner'");
        statements.add("ALTER DATABASE consigne OWNER TO " + owner);
        spec.at("/bootstrap/initdb/postInitSQL").forEach(statement -> statements.add(statement.asText()));
        spec.at("/bootstrap/initdb/postInitApplicationSQL").forEach(statement -> statements.add(statement.asText()));
        spec.at("/managed/roles")
                .forEach(role ->
                        statements.add("CREATE ROLE " + role.path("name").asText()
                                + " LOGIN PASSWORD 'of-the-service' IN ROLE "
                                + role.at("/inRoles/0").asText()));
        try (Connection catalog = stores.catalog();
                Statement sql = catalog.createStatement()) {
            for (String statement : statements) {
                if (!statement.startsWith("CREATE EXTENSION") || hasTrigrams(sql)) {
                    sql.execute(statement);
                }
            }
        }
        askForPasswords(owner + ",consigne_app");
        credentials("migration.properties", owner, "of-the-owner");
        credentials("service.properties", "consigne_app", "of-the-service");
    }

    /** As the operator's server does; the one of the tests takes anybody from this machine at his word. */
    private static void askForPasswords(String users) throws Exception {
        Path rules = Path.of(first("SHOW hba_file"));
        Files.writeString(rules, "host all " + users + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
        assertThat(first("SELECT pg_reload_conf()")).isEqualTo("t");
        String address = "jdbc:postgresql://127.0.0.1:" + stores.postgresPort() + "/consigne";
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThatThrownBy(
                                () -> DriverManager.getConnection(address, "consigne_app", "of-another"))
                        .hasMessageContaining("password authentication failed"));
    }

    @AfterAll
    static void stopStores() throws Exception {
        stores.close();
    }

    @Test
    void migratesThenServesThenChecksAndCollectsWithPasswordsFromFiles() throws Exception {
        // Given
        Container migration = PROD.migration()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
        assertThat(runs(migration, "migration.properties")).isZero();
        assertThat(first("SELECT tableowner FROM pg_tables WHERE tablename = 'file'"))
                .isEqualTo("consigne_migrator");

        // When
        try (ServiceProcess service =
                ServiceProcess.start(Map.of(), List.of(), environment(PROD.server(), "service.properties"))) {
            // Then
            byte[] bytes = "kept".repeat(100_000).getBytes(UTF_8);
            assertThat(put(service.content("file"), bytes)).isEqualTo(201);
            assertThat(CLIENT.send(request(service.content("file")).build(), HttpResponse.BodyHandlers.ofByteArray())
                            .body())
                    .isEqualTo(bytes);
            assertThat(first("SELECT string_agg(DISTINCT usename, ', ') FROM pg_stat_activity"
                            + " WHERE application_name = 'consigne'"))
                    .isEqualTo("consigne_app");
            asksNoStoreWhetherItIsAlive(service.management("/q/health/live"));
        }
        assertThat(runs(job("fsck"), "service.properties")).isZero();
        assertThat(runs(job("collector"), "service.properties")).isZero();
    }

    private static void asksNoStoreWhetherItIsAlive(URI live) throws Exception {
        String answer = CLIENT.send(request(live).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        JsonNode health = new ObjectMapper().readTree(answer);
        assertThat(health.path("status").asText()).isEqualTo("UP");
        assertThat(health.path("checks"))
                .extracting(check -> check.path("name").asText())
                .containsExactly("workers answer");
    }

    private static Container job(String name) {
        return PROD.named(CronJob.class, "consigne-" + name)
                .getSpec()
                .getJobTemplate()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
    }

    private static int runs(Container container, String credentials) throws IOException, InterruptedException {
        File log = folder.resolve(container.getName() + ".log").toFile();
        ProcessBuilder builder = ServiceProcess.builder(Map.of(), List.of(), environment(container, credentials));
        builder.command().addAll(container.getArgs());
        Process process = builder.redirectErrorStream(true).redirectOutput(log).start();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(() -> text(log)).isZero();
        return process.exitValue();
    }

    private static Map<String, String> environment(Container container, String credentials) {
        Map<String, String> environment = PROD.environmentOf(container);
        environment.put("CONSIGNE_POSTGRES_ADDRESS", "127.0.0.1:" + stores.postgresPort() + "/consigne");
        environment.put("QUARKUS_CONFIG_LOCATIONS", folder.resolve(credentials).toString());
        return environment;
    }

    private static void credentials(String file, String user, String password) throws IOException {
        Files.writeString(folder.resolve(file), """
                quarkus.datasource.username=%s
                quarkus.datasource.password=%s
                quarkus.mongodb.connection-string=mongodb://127.0.0.1:%d
                """.formatted(user, password, stores.mongoPort()));
    }

    private static boolean hasTrigrams(Statement sql) throws SQLException {
        try (ResultSet rows = sql.executeQuery("SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'")) {
            return rows.next();
        }
    }

    private static String first(String query) throws SQLException {
        try (Connection catalog = stores.catalog();
                Statement sql = catalog.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static int put(URI content, byte[] bytes) throws IOException, InterruptedException {
        return CLIENT.send(
                        request(content)
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60));
    }

    private static String text(File log) {
        try {
            return Files.readString(log.toPath());
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }
}
