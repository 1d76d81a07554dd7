package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.OwnCertificate;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Digests on HTTP/2, where trailers are not seen, and on HTTP/1.1 beside it, both with TLS. */
@QuarkusTest
@TestProfile(Http2DigestTest.WithTls.class)
class Http2DigestTest {
    private static final String KEY_STORE = "quarkus.http.ssl.certificate.key-store-file";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final byte[] BYTES = Bytes.seeded(1, 100_000);
    private static final String RIGHT = Bytes.digest("sha-256", BYTES);
    private static final String WRONG = Bytes.digest("sha-256", Bytes.seeded(2, 100_000));

    /** A service with a certificate, which is what makes browsers and the JDK's client speak HTTP/2. */
    public static class WithTls implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    KEY_STORE,
                    OwnCertificate.make().file().toString(),
                    "quarkus.http.ssl.certificate.key-store-password",
                    OwnCertificate.PASSWORD,
                    "quarkus.http.test-ssl-port",
                    "0");
        }
    }

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "/", tls = true)
    URI secure;

    @ConfigProperty(name = KEY_STORE)
    Path keyStore;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void checksDigestsInHeaders() throws Exception {
        for (Version version : Version.values()) {
            String name = version.name();
            assertProblem(put(version, name, "Content-Digest", WRONG), 400, "digest-mismatched-values");
            assertThat(bucket.names()).doesNotContain(name);

            assertThat(put(version, name, "Content-Digest", RIGHT).statusCode()).isEqualTo(201);
            assertThat(bucket.get(name).body()).isEqualTo(BYTES);
        }
    }

    @Test
    void refusesAPromiseOfWhatItWouldNotSee() throws Exception {
        assertProblem(put(Version.HTTP_2, "a", "Trailer", "X, content-digest"), 501, "not-supported");
        assertProblem(put(Version.HTTP_2, "a", "Trailer", "Repr-Digest"), 501, "not-supported");
        assertThat(bucket.names()).isEmpty();

        assertThat(put(Version.HTTP_2, "a", "Trailer", "X").statusCode()).isEqualTo(201);
    }

    private HttpResponse<String> put(Version version, String name, String header, String value) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .version(version)
                .connectTimeout(PATIENCE)
                .sslContext(new OwnCertificate(keyStore).trusted())
                .build();
        HttpRequest request = HttpRequest.newBuilder(secure.resolve(bucket.content(name)))
                .timeout(PATIENCE)
                .header(header, value)
                .PUT(BodyPublishers.ofByteArray(BYTES))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(version);
        return answer;
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(new ObjectMapper().readTree(answer.body()).path("code").asText())
                .isEqualTo(code);
    }
}
