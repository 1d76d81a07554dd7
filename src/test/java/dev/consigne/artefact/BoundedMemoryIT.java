package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.embedded.StorePair;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A body several times larger than everything the process may use passes through it, both ways. */
class BoundedMemoryIT {
    private static final int BODY_MIB = 512;
    private static final List<String> SMALL =
            List.of("-Xmx80m", "-XX:MaxDirectMemorySize=48m", "-XX:+ExitOnOutOfMemoryError");

    @Test
    void passesABodyLargerThanItsMemory() throws Exception {
        try (StorePair stores = StorePair.start("stores-memory");
                ServiceProcess service = ServiceProcess.start(stores, SMALL, Map.of())) {
            HttpClient client = HttpClient.newHttpClient();
            MessageDigest sent = MessageDigest.getInstance("SHA-256");

            // When
            HttpResponse<String> stored = client.send(
                    HttpRequest.newBuilder(service.content("large"))
                            .PUT(HttpRequest.BodyPublishers.ofInputStream(
                                    () -> new DigestInputStream(new RandomStream(BODY_MIB), sent)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            HttpResponse<InputStream> fetched = client.send(
                    HttpRequest.newBuilder(service.content("large")).build(),
                    HttpResponse.BodyHandlers.ofInputStream());

            // Then
            String expected = HexFormat.of().formatHex(sent.digest());
            assertThat(stored.statusCode()).as(stored.body()).isBetween(200, 201);
            assertThat(stored.body()).contains(expected);
            assertThat(fetched.statusCode())
                    .as(String.join("\n", service.log()))
                    .isEqualTo(200);
            assertThat(sha256(fetched.body())).isEqualTo(expected);
        }
    }

    private static String sha256(InputStream body) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream stream = new DigestInputStream(body, digest)) {
            stream.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Bytes that repeat every MiB, so that making them costs nothing. */
    private static final class RandomStream extends InputStream {
        private final byte[] block = new byte[1 << 20];
        private long left;

        RandomStream(int mebibytes) {
            new Random(mebibytes).nextBytes(block);
            left = (long) mebibytes << 20;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int position = (int) (-left & (block.length - 1));
            int count = (int) Math.min(Math.min(length, block.length - position), left);
            System.arraycopy(block, position, target, offset, count);
            left -= count;
            return count;
        }
    }
}
