package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.embedded.StorePair;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** What was answered 2xx is there after the machine has gone: service and both stores are killed with the answer. */
class KillIT {
    private static final List<String> JVM = List.of("-Xmx256m");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @RepeatedTest(3)
    void keepsAnAcknowledgedFileWhenEverythingIsKilled(RepetitionInfo round) throws Exception {
        // Given
        byte[] first = bytes(round.getCurrentRepetition(), 900_001);
        byte[] second = bytes(-round.getCurrentRepetition(), 300_000);
        StorePair stores = StorePair.start("stores-killed");
        ServiceProcess service = ServiceProcess.start(stores, JVM, Map.of());
        assertThat(put(service, "replaced", first)).isBetween(200, 201);

        // When
        int answer = put(service, "replaced", second);
        service.kill();
        stores.kill();

        // Then
        assertThat(answer).isEqualTo(200);
        try (StorePair again = StorePair.start("stores-killed");
                ServiceProcess restarted = ServiceProcess.start(again, JVM, Map.of())) {
            HttpResponse<byte[]> found = CLIENT.send(
                    HttpRequest.newBuilder(restarted.content("replaced")).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(found.statusCode()).isEqualTo(200);
            assertThat(found.body()).isEqualTo(second);
        }
    }

    private static int put(ServiceProcess service, String name, byte[] body) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(service.content(name))
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
