package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.embedded.StorePair;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.TestBucket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the artefact writes as it is shipped: JSON and nothing else, and no credential, also when it cannot use one. */
class LogIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MARK = "zzplanted";

    private static final Map<String, String> TOKEN = Map.of("CONSIGNE_ADMIN_TOKEN", MARK + "-token-of-operators");

    private static StorePair stores;

    @BeforeAll
    static void startStores() throws Exception {
        stores = StorePair.start("stores-log");
    }

    @AfterAll
    static void stopStores() throws Exception {
        stores.close();
    }

    @Test
    void isOneJsonObjectALine() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(stores, List.of(), TOKEN)) {
            request(service, "PUT", "X-Request-Id: one-line");

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(parsed(service.log()))
                            .filteredOn(line ->
                                    line.path("mdc").path("requestId").asText().equals("one-line"))
                            .singleElement()
                            .satisfies(line -> {
                                assertThat(line.path("loggerName").asText()).isEqualTo("dev.consigne.access");
                                assertThat(line.path("level").asText()).isEqualTo("INFO");
                                assertThat(line.path("timestamp").asText()).startsWith("2");
                                assertThat(line.path("mdc").path("status").asText())
                                        .isEqualTo("201");
                            }));
            assertThat(service.log()).noneMatch(line -> line.contains(MARK));
        }
    }

    @Test
    void saysNoCredentialOfAMongoDbThatItCannotUse() throws Exception {
        assertSaysNoCredential(Map.of(
                "QUARKUS_MONGODB_CONNECTION_STRING",
                "mongodb://user:" + MARK + "-mongo@127.0.0.1:" + stores.mongoPort()));
    }

    @Test
    void saysNoCredentialOfAPostgresThatItCannotUse() throws Exception {
        assertSaysNoCredential(
                Map.of("QUARKUS_DATASOURCE_PASSWORD", MARK + "-postgres", "QUARKUS_FLYWAY_MIGRATE_AT_START", "false"));
    }

    @Test
    void saysNoCredentialWithWhichItCannotMigrate() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.launch(stores, List.of(), Map.of("QUARKUS_DATASOURCE_PASSWORD", MARK + "-migration"))) {
            assertThat(service.awaitExit()).isNotZero();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(parsed(service.log()))
                            .as("its last words, which nothing may outrun")
                            .anySatisfy(line ->
                                    assertThat(line.path("level").asText()).isEqualTo("ERROR")));
            assertThat(service.log()).noneMatch(line -> line.contains(MARK));
        }
    }

    private static void assertSaysNoCredential(Map<String, String> wrong) throws Exception {
        Map<String, String> settings = new HashMap<>(TOKEN);
        settings.putAll(wrong);
        try (ServiceProcess service = ServiceProcess.launch(stores, List.of(), settings)) {
            await().atMost(SOON)
                    .until(() -> service.log().stream().anyMatch(line -> line.contains("waiting for the stores")));
            request(service, "GET", "Authorization: Bearer " + MARK + "-token-of-operators");

            assertThat(parsed(service.log())).isNotEmpty();
            assertThat(service.log()).noneMatch(line -> line.contains(MARK));
        }
    }

    private static void request(ServiceProcess service, String method, String header) {
        URI content = service.content("log-" + UUID.randomUUID());
        try (RawHttp http = RawHttp.open(content)) {
            http.send(TestBucket.head(method, content.getPath(), Optional.of(0), header))
                    .read();
        }
    }

    private static List<JsonNode> parsed(List<String> lines) {
        return lines.stream().map(LogIT::parsed).toList();
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + line, e);
        }
    }
}
