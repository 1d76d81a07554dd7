package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.consigne.embedded.StorePair;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.RawHttp;
import dev.consigne.testing.RawResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The artefact is told to end while it is at work: what can end does, what cannot is cut and leaves nothing behind. */
class DrainIT {
    private static final List<String> JVM = List.of("-Xmx256m");
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final int TERMINATED = 143;
    private static final int LENGTH = 3_000_000;
    private static final int HALF = LENGTH / 2;

    /** More than the kernels hold for a client that reads nothing. */
    private static final int LARGE = 30_000_000;

    private static final int RECEIVE_BUFFER = 64 * 1024;
    private static final Duration SOON = Duration.ofSeconds(20);

    private static StorePair stores;

    @BeforeAll
    static void startStores() {
        stores = StorePair.start("stores-drain");
    }

    @AfterAll
    static void stopStores() throws Exception {
        stores.close();
    }

    @Test
    void letsWhatRunsEndRefusesWhatIsNewAndEndsWithTheLast() throws Exception {
        byte[] large = Bytes.seeded(1, LARGE);
        byte[] bytes = Bytes.seeded(2, LENGTH);
        try (ServiceProcess service = serving(LONG)) {
            put(service, "large", large);
            List<RawHttp> uploads = begun(service, "ends", bytes, 4);
            try (RawHttp download = RawHttp.open(service.content("large"), RECEIVE_BUFFER);
                    RawHttp idle = RawHttp.open(service.content("large"))) {
                assertThat(download.send(get(service, "large")).readHead().status())
                        .isEqualTo(200);
                assertThat(idle.send(head(service, "large")).readHead().status())
                        .isEqualTo(200);

                // When
                service.terminate();
                awaitStopping(service);

                // Then
                assertThat(idle.send(get(service, "large")).read().status()).isEqualTo(503);
                assertThat(put(service, "new", bytes).json().path("code").asText())
                        .isEqualTo("stopping");
                for (RawHttp upload : uploads) {
                    assertThat(upload.send(bytes, HALF, LENGTH - HALF).read().status())
                            .isIn(200, 201);
                    upload.close();
                }
                assertThat(download.readBytes(LARGE)).isEqualTo(large);
            }
            long ended = System.nanoTime();
            assertThat(service.awaitExit()).isEqualTo(TERMINATED);
            assertThat(Duration.ofNanos(System.nanoTime() - ended))
                    .as("nothing was waited for after the last")
                    .isLessThan(LONG.dividedBy(2));
        }
        try (ServiceProcess next = serving(LONG)) {
            for (int i = 0; i < 4; i++) {
                assertThat(read(next, "ends" + i)).isEqualTo(bytes);
            }
        }
        assertNothingIsWrong();
    }

    @Test
    void cutsWhatDoesNotEndInTimeAndServesWhatWasThereBefore() throws Exception {
        byte[] old = Bytes.seeded(3, LENGTH);
        byte[] bytes = Bytes.seeded(4, LENGTH);
        String cut;
        try (ServiceProcess service = serving(SHORT)) {
            put(service, "cut0", old);
            String mark = query("SELECT max(seq)::text FROM content").get(0);
            try (RawHttp upload = begun(service, "cut", bytes, 1).get(0)) {
                service.terminate();

                assertThat(service.awaitExit()).isEqualTo(TERMINATED);

                assertThat(upload.readIfAny().map(RawResponse::status)).isNotEqualTo(201);
            }
            cut = "SELECT state FROM content WHERE seq > " + mark;
        }
        assertThat(query(cut)).containsAnyOf("PENDING", "ABORTING").hasSize(1);
        try (ServiceProcess next = serving(LONG)) {
            assertThat(read(next, "cut0")).isEqualTo(old);
        }
        assertNothingIsWrong();
    }

    private static ServiceProcess serving(Duration timeout) throws Exception {
        return ServiceProcess.start(
                stores,
                JVM,
                Map.of("QUARKUS_SHUTDOWN_TIMEOUT", timeout.toSeconds() + "s", "CONSIGNE_COLLECTOR_EVERY", "off"));
    }

    /** So far that they wait for the rest of their bodies. */
    private static List<RawHttp> begun(ServiceProcess service, String name, byte[] bytes, int count) throws Exception {
        List<RawHttp> uploads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            uploads.add(RawHttp.open(service.content(name))
                    .send(head("PUT", service, name + i, LENGTH))
                    .send(bytes, 0, HALF));
        }
        Metrics metrics = new Metrics(service.management("/q/metrics"));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(metrics.value("consigne_uploads_active")).isEqualTo(count));
        return uploads;
    }

    private static void awaitStopping(ServiceProcess service) {
        await().atMost(SOON).untilAsserted(() -> {
            RawResponse answer = ask(service, get(service, "large"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
            assertThat(answer.header("Retry-After")).matches("[1-5]");
            assertThat(answer.json().path("code").asText()).isEqualTo("stopping");
        });
    }

    private static RawResponse put(ServiceProcess service, String name, byte[] bytes) {
        try (RawHttp http = RawHttp.open(service.content(name))) {
            return http.send(head("PUT", service, name, bytes.length))
                    .sendUnlessRefused(bytes)
                    .read();
        }
    }

    private static byte[] read(ServiceProcess service, String name) {
        return ask(service, get(service, name)).body();
    }

    private static RawResponse ask(ServiceProcess service, String request) {
        try (RawHttp http = RawHttp.open(service.content("x"))) {
            return http.send(request).read();
        }
    }

    private static String get(ServiceProcess service, String name) {
        return "GET " + service.content(name).getRawPath() + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static String head(ServiceProcess service, String name) {
        return "HEAD " + service.content(name).getRawPath() + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private static String head(String method, ServiceProcess service, String name, int length) {
        return method + " " + service.content(name).getRawPath() + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length
                + "\r\n\r\n";
    }

    private static void assertNothingIsWrong() throws Exception {
        JobRunProcess fsck = JobRunProcess.run(stores, Map.of(), "fsck", "--deep");
        assertThat(fsck.exit()).as(fsck.out()).isZero();
    }

    private static List<String> query(String sql) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + stores.postgresPort() + "/consigne";
        try (Connection connection = DriverManager.getConnection(url, "consigne", "consigne");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
