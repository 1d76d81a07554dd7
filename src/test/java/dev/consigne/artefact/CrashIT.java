package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.embedded.StorePair;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.HoldingProxy;
import dev.consigne.testing.HoldingProxy.Part;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The artefact is killed at the two ends of a request, where the protocol has not begun or is over, and while it drains.
 * Another one serves the same stores before and after.
 */
class CrashIT {
    private static final List<String> JVM = List.of("-Xmx256m");
    private static final int KILLED = 137;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NAME = "file";
    private static final byte[] OLD = Bytes.seeded(1, 300_000);
    private static final byte[] NEW = Bytes.seeded(2, 700_001);

    private static StorePair stores;
    private static ServiceProcess other;
    private long mark;

    @BeforeAll
    static void start() throws Exception {
        stores = StorePair.start("stores-crash-artefact");
        other = serving(Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        other.close();
        stores.close();
    }

    @BeforeEach
    void storeTheOldFile() throws SQLException {
        try (RawHttp client = RawHttp.open(other.content(NAME))) {
            client.send(head(other, OLD)).send(OLD);
            assertThat(client.read().status()).isBetween(200, 201);
        }
        mark = Long.parseLong(
                query("SELECT max(seq)::text FROM content WHERE seq > ?", 0).get(0));
    }

    @Test
    @Tag("C1")
    void aRequestThatCameNoFurtherThanTheServiceLeavesNothing() throws Exception {
        try (HoldingProxy catalog = HoldingProxy.unarmed(stores.postgresPort(), Part.REQUEST, "INSERT INTO content");
                ServiceProcess service = serving(catalogAt(catalog));
                RawHttp client = RawHttp.open(service.content(NAME))) {
            catalog.arm();
            client.send(head(service, NEW));
            catalog.awaitHeld();

            kill(service);

            assertThat(client.readIfAny()).isEmpty();
        }
        assertServed(OLD);
        assertThat(statesOfTheNew()).isEmpty();
    }

    @Test
    @Tag("C13")
    void aCommitThatTheClientWasNotToldOfHolds() throws Exception {
        try (HoldingProxy catalog =
                        HoldingProxy.unarmedAfter("file.stored", stores.postgresPort(), Part.ANSWER, "COMMIT\0");
                ServiceProcess service = serving(catalogAt(catalog));
                RawHttp client = RawHttp.open(service.content(NAME))) {
            catalog.arm();
            client.send(head(service, NEW)).send(NEW);
            catalog.awaitHeld();

            kill(service);

            assertThat(client.readIfAny()).isEmpty();
        }
        assertServed(NEW);
        assertThat(statesOfTheNew()).containsExactly("LIVE");
    }

    @Test
    @Tag("C14")
    void anAnswerOfWhichTheClientHasHalfIsTrue() throws Exception {
        try (ServiceProcess service = serving(Map.of());
                RawHttp client = RawHttp.open(service.content(NAME))) {
            client.send(head(service, NEW)).send(NEW);
            String half = new String(client.readBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);

            kill(service);

            assertThat(half).isEqualTo("HTTP/1.1 200");
        }
        assertServed(NEW);
        assertThat(statesOfTheNew()).containsExactly("LIVE");
    }

    @Test
    void aKillWhileItDrainsIsAKillLikeAnyOther() throws Exception {
        try (ServiceProcess service = serving(Map.of());
                RawHttp client = RawHttp.open(service.content(NAME))) {
            client.send(head(service, NEW)).send(NEW, 0, NEW.length / 2);
            awaitUpload();
            service.terminate();
            awaitReadiness(service, false);

            kill(service);

            assertThat(client.readIfAny()).isEmpty();
        }
        assertServed(OLD);
        assertThat(statesOfTheNew()).containsExactly("PENDING");
    }

    /** It must still have been at work. */
    private static void kill(ServiceProcess service) throws InterruptedException {
        service.kill();
        assertThat(service.awaitExit()).isEqualTo(KILLED);
    }

    private static void assertServed(byte[] expected) {
        try (RawHttp client = RawHttp.open(other.content(NAME))) {
            RawResponse found = client.send("GET " + other.content(NAME).getRawPath() + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .read();
            assertThat(found.status()).isEqualTo(200);
            assertThat(found.body()).isEqualTo(expected);
        }
    }

    private List<String> statesOfTheNew() throws SQLException {
        return query("SELECT state FROM content WHERE seq > ? ORDER BY seq", mark);
    }

    /** The question itself takes the time between two looks. */
    private void awaitUpload() throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (statesOfTheNew().isEmpty()) {
            assertThat(System.nanoTime()).as("no upload began").isLessThan(deadline);
        }
    }

    private static ServiceProcess serving(Map<String, String> settings) throws Exception {
        ServiceProcess service = ServiceProcess.start(stores, JVM, settings);
        awaitReadiness(service, true);
        return service;
    }

    private static void awaitReadiness(ServiceProcess service, boolean expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest ready =
                HttpRequest.newBuilder(service.management("/q/health/ready")).build();
        while ((client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) != expected) {
            assertThat(System.nanoTime()).as("readiness").isLessThan(deadline);
        }
    }

    private static List<String> query(String sql, long parameter) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + stores.postgresPort() + "/consigne";
        try (Connection connection = DriverManager.getConnection(url, "consigne", "consigne");
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, parameter);
            List<String> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
            return values;
        }
    }

    private static String head(ServiceProcess service, byte[] body) {
        URI content = service.content(NAME);
        return "PUT " + content.getRawPath() + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n";
    }

    private static Map<String, String> catalogAt(HoldingProxy proxy) {
        return Map.of("CONSIGNE_POSTGRES_ADDRESS", "127.0.0.1:" + proxy.port() + "/consigne");
    }
}
