package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that lead nowhere, or that two readers would follow to different places. */
@QuarkusTest
class PathTest {
    private static final byte[] BODY = Bytes.seeded(1, 100);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    /** The first look at a request must see the path that routing will see. */
    @Test
    void admitsNobodyByADisguisedPath() {
        String disguised = bucket.content("a").replace("/api/", "/%61pi/");

        assertProblem(
                bucket.exchange("PUT", disguised, Optional.of(BODY), "Expect: a-miracle"), 417, "expectation-failed");
        assertThat(bucket.names()).isEmpty();
    }

    /** I2, I3, I4, I16. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "a/./b",
                "a/../b",
                "%2e%2e",
                "%2e%2e/admin",
                "a%2f%2e%2e%2fb",
                "a/.%2e/b",
                "..;/a",
                "x;role=admin",
                "a//b",
                "/a",
                "%2Fa",
                "a%2F%2Fb",
                "..%5C..%5Cx",
                "a%5Cb"
            })
    void refusesPathsReadInTwoWays(String name) {
        assertProblem(bucket.put(name, BODY), 400, "invalid-path");
        assertProblem(bucket.get(name), 400, "invalid-path");
        assertProblem(bucket.delete(name), 400, "invalid-path");
        assertThat(bucket.names()).isEmpty();
    }

    /** I3: there are no folders. */
    @ParameterizedTest
    @ValueSource(strings = {"a/", "a%2F"})
    void refusesTrailingSlashes(String name) {
        assertProblem(bucket.put(name, BODY), 400, "invalid-name");
        assertThat(bucket.names()).isEmpty();
    }

    /** I2: decoded once, {@code %252e%252e} is a name like any other, and stays one. */
    @Test
    void decodesOnce() {
        bucket.stored("%252e%252e", BODY);

        assertThat(bucket.names()).containsExactly("%2e%2e");
        assertThat(bucket.get("%252e%252e").body()).isEqualTo(BODY);
        assertProblem(bucket.get("%2e%2e"), 400, "invalid-path");
    }

    /** I4, I8: the server below answers some of these, without a body. */
    @ParameterizedTest
    @ValueSource(strings = {"a%", "a%4", "a%zz", "a%u00e9", "%-1", "a\\b", "..\\..\\x", "a|b", "a<b>", "{a}"})
    void refusesWhatNoPathMayHold(String name) {
        RawResponse refused = bucket.put(name, BODY);

        assertThat(refused.status()).as("%s", refused).isEqualTo(400);
        assertThat(bucket.names()).isEmpty();
    }

    /** I16. */
    @ParameterizedTest
    @CsvSource({
        "/api/v1/files/x;role=admin, 400",
        "//api/v1/buckets, 400",
        "/api//v1/buckets, 400",
        "/api/v1/files/%2e%2e/buckets, 400",
        "/api/v1/buckets/../files, 400",
        "/api/v1/files/../../../q/metrics, 400",
        "/api/v1%2fbuckets, 404"
    })
    void leadsToNoOtherResource(String path, int status) {
        RawResponse refused = bucket.exchange("GET", path, Optional.empty());

        assertProblem(refused, status, status == 400 ? "invalid-path" : "not-found");
    }

    /** I17. */
    @Test
    void refusesRequestLinesThatAreTooLong() {
        RawResponse refused = bucket.get("a".repeat(8200));

        assertThat(refused.status()).isEqualTo(414);
    }

    /** I18. */
    @Test
    void refusesHeadersThatAreTooLong() {
        RawResponse refused = bucket.get("a", "X-Long: " + "a".repeat(21 * 1024));

        assertThat(refused.status()).isEqualTo(431);
    }

    /** I19. */
    @Test
    void refusesTooManyParameters() {
        assertProblem(bucket.list("?" + "a=b&".repeat(1001)), 400, "invalid-parameter");
    }

    /** I20. */
    @ParameterizedTest
    @ValueSource(
            strings = {"x", "1", "01A2046F-0F0B-7DEB-98DE-1342D0E6F0FF", "0", "%20", "01a2046f0f0b7deb98de1342d0e6f0ff"
            })
    void answersWhatIsNoIdLikeAnUnknownOne(String id) {
        String unknown = assertProblem(file(UUID.randomUUID().toString()), 404, "file-not-found")
                .text();

        RawResponse refused = assertProblem(file(id), 404, "file-not-found");

        assertThat(withoutId(refused.text())).isEqualTo(withoutId(unknown));
        assertProblem(file("a".repeat(400)), 404, "file-not-found");
        assertProblem(file(id + "/content"), 404, "file-not-found");
    }

    /** I22. */
    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "PATCH", "POST", "BREW", "PROPFIND", "put"})
    void refusesMethodsThePathDoesNotTake(String method) {
        bucket.stored("a", BODY);

        assertProblem(bucket.exchange(method, bucket.content("a"), Optional.empty()), 405, "method-not-allowed");
        assertThat(bucket.get("a").body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @CsvSource({"PUT, /files", "DELETE, /files", "POST, ''", "PATCH, ''"})
    void refusesMethodsOnBuckets(String method, String path) {
        assertProblem(bucket.exchange(method, bucket.path() + path, Optional.empty()), 405, "method-not-allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api", "/api/v1", "/api/v1/nothing", "/api/v2/buckets", "/q/metrics", "/q/health"})
    void answersUnknownPathsWithAProblem(String path) {
        assertProblem(bucket.exchange("GET", path, Optional.empty()), 404, "not-found");
    }

    @Test
    void refusesToAnswerJsonAsText() {
        assertProblem(
                bucket.exchange("GET", bucket.path() + "/files", Optional.empty(), "Accept: text/plain"),
                406,
                "not-acceptable");
        assertProblem(bucket.put("a", BODY, "Accept: text/plain"), 406, "not-acceptable");
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void keepsAHarmlessRequestIdAndReplacesAnyOther() {
        assertThat(bucket.get("none", "X-Request-Id: my-id.1").header("X-Request-Id"))
                .isEqualTo("my-id.1");
        assertThat(bucket.get("none", "X-Request-Id: <b>").header("X-Request-Id"))
                .matches("[0-9a-f-]{36}");
    }

    private RawResponse file(String id) {
        return bucket.exchange("GET", "/api/v1/files/" + id, Optional.empty());
    }

    private static String withoutId(String problem) {
        return problem.replaceFirst("\"requestId\":\"[^\"]*\"", "");
    }
}
