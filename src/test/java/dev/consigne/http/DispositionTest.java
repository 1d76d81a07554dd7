package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names in answers: they stay names, in headers and in JSON. */
@QuarkusTest
class DispositionTest {
    @TestHTTPResource("/")
    URI service;

    /** I14, I15. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "a%22%3B%20filename%3D%22evil.exe | a__ filename=_evil.exe | a%22%3B%20filename%3D%22evil.exe",
                "%22%3E%3Csvg%20onload%3Da()%3E.html | ___svg onload=a()_.html | %22%3E%3Csvg%20onload%3Da%28%29%3E.html",
                "a'b%27c | a'b'c | a%27b%27c",
                "%250d%250aSet-Cookie%3A%20x | _0d_0aSet-Cookie_ x | %250d%250aSet-Cookie%3A%20x"
            })
    void escapesTheNameInTheHeader(String name, String ascii, String encoded) {
        TestBucket bucket = TestBucket.create(service);
        bucket.stored(name, Bytes.seeded(1, 10));

        RawResponse got = bucket.get(name);

        assertThat(got.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + encoded);
    }

    /** I14. */
    @Test
    void listsNamesAsJsonAndAsNothingElse() {
        TestBucket bucket = TestBucket.create(service);
        bucket.stored("%22%3E%3Csvg%20onload%3D1%3E.html", Bytes.seeded(1, 10));

        RawResponse list = bucket.list("");

        assertThat(list.header("Content-Type")).startsWith("application/json");
        assertThat(bucket.names()).containsExactly("\"><svg onload=1>.html");
    }

    @Test
    void sendsNoMoreHeadersWhateverTheName() {
        TestBucket bucket = TestBucket.create(service);
        bucket.stored("plain", Bytes.seeded(1, 10));
        bucket.stored("a%22%3B%25%30d%250aSet-Cookie%3A%20x=1", Bytes.seeded(1, 10));

        RawResponse plain = bucket.get("plain");
        RawResponse tricky = bucket.get("a%22%3B%25%30d%250aSet-Cookie%3A%20x=1");

        assertThat(tricky.headers()).hasSameSizeAs(plain.headers());
        assertThat(tricky.all("Set-Cookie")).isEmpty();
    }
}
