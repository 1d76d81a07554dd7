package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.embedded.StorePair;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Secrets that change while replicas serve, as docs/operations/secrets.md has it: each reads them at its start alone. */
class SecretsIT {
    private static final List<String> JVM = List.of("-Xmx256m");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static StorePair stores;

    @BeforeAll
    static void startStores() {
        stores = StorePair.start("stores-secrets");
    }

    @AfterAll
    static void stopStores() throws Exception {
        stores.close();
    }

    @Test
    void aNewKeyOfTheCursorsIsKnownToReplicasThatStartAfterIt() throws Exception {
        try (ServiceProcess before = ServiceProcess.start(stores, JVM, Map.of())) {
            for (String name : List.of("a", "b", "c")) {
                assertThat(put(before, name)).isIn(200, 201);
            }
            String old = cursor(before);

            catalog("UPDATE store_identity SET cursor_secret ="
                    + " decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')");

            assertThat(list(before, "&cursor=" + old).statusCode()).isEqualTo(200);
            try (ServiceProcess after = ServiceProcess.start(stores, JVM, Map.of())) {
                assertRefused(list(after, "&cursor=" + old));
                assertRefused(list(before, "&cursor=" + cursor(after)));
                assertThat(list(after, "&cursor=" + cursor(after)).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void aSecondLoginTakesOverWithoutAGapAndOneThatIsChangedDoesNot() throws Exception {
        try (ServiceProcess owner = ServiceProcess.start(stores, JVM, Map.of())) {
            assertThat(put(owner, "made")).isIn(200, 201);
        }
        catalog("DROP ROLE IF EXISTS first_app, second_app");
        catalog("CREATE ROLE first_app LOGIN PASSWORD 'one' IN ROLE consigne_service");
        try (ServiceProcess first = ServiceProcess.start(stores, JVM, as("first_app", "one"))) {
            assertThat(put(first, "first")).isIn(200, 201);

            catalog("CREATE ROLE second_app LOGIN PASSWORD 'two' IN ROLE consigne_service");
            try (ServiceProcess second = ServiceProcess.start(stores, JVM, as("second_app", "two"))) {
                assertThat(put(second, "second")).isIn(200, 201);
                assertThat(put(first, "first")).isIn(200, 201);
            }

            catalog("ALTER ROLE first_app PASSWORD 'changed'");
            catalog("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'first_app'");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(put(first, "first")).isEqualTo(503));
            assertThat(get(first.management("/q/health/ready")).statusCode()).isEqualTo(200);
        }
        try (ServiceProcess again = ServiceProcess.start(stores, JVM, as("first_app", "changed"))) {
            assertThat(put(again, "first")).isIn(200, 201);
        }
    }

    private static Map<String, String> as(String login, String password) {
        return Map.of(
                "QUARKUS_DATASOURCE_USERNAME",
                login,
                "QUARKUS_DATASOURCE_PASSWORD",
                password,
                "QUARKUS_FLYWAY_MIGRATE_AT_START",
                "false");
    }

    private static void assertRefused(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new ObjectMapper().readTree(answer.body()).path("code").asText())
                .isEqualTo("invalid-cursor");
    }

    private static String cursor(ServiceProcess service) throws Exception {
        return new ObjectMapper()
                .readTree(list(service, "").body())
                .path("nextCursor")
                .asText();
    }

    private static HttpResponse<String> list(ServiceProcess service, String parameters) throws Exception {
        return get(service.content("x").resolve("/api/v1/buckets/demo/files?limit=1" + parameters));
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int put(ServiceProcess service, String name) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(service.content(name))
                                .PUT(HttpRequest.BodyPublishers.ofString(name))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static void catalog(String statement) throws Exception {
        try (Connection catalog = stores.catalog()) {
            catalog.createStatement().execute(statement);
        }
    }
}
