package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buckets that keep what is replaced and deleted, and how it comes back. */
@QuarkusTest
class VersionsTest {
    private static final byte[] FIRST = Bytes.seeded(1, 200_000);
    private static final byte[] SECOND = Bytes.seeded(2, 100_000);
    private static final byte[] THIRD = Bytes.seeded(3, 50_000);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;
    private String file = "";

    @BeforeEach
    void storeTwoGenerations() {
        bucket = TestBucket.create(service);
        settings(bucket, "{'versioning':true}");
        file = bucket.stored("a", FIRST, "Content-Type: image/png", "Consigne-Tags: t=1")
                .header("Location");
        bucket.stored("a", SECOND, "Content-Type: text/plain", "Consigne-Tags: t=2");
    }

    @Test
    void keepsWhatIsReplaced() {
        assertThat(generations(file)).containsExactly(2L, 1L);
        assertThat(bytes(1)).isEqualTo(FIRST);
        assertThat(bytes(2)).isEqualTo(SECOND);

        JsonNode first = get(file + "/versions/1").json();
        assertThat(first.path("current").asBoolean()).isFalse();
        assertThat(first.path("file").path("mediaType").asText()).isEqualTo("image/png");
        assertThat(first.path("file").path("tags").toString()).isEqualTo("{\"t\":\"1\"}");
        assertThat(first.path("replacedAt").asText()).isNotEmpty();
        assertThat(first.has("expiresAt")).isFalse();
        JsonNode second = get(file + "/versions/2").json();
        assertThat(second.path("current").asBoolean()).isTrue();
        assertThat(second.path("file")).isEqualTo(get(file).json());
    }

    @Test
    void servesRangesConditionsAndHeadersOfAVersionAsOfAFile() {
        String content = file + "/versions/1/content";
        RawResponse part = get(content, "Range: bytes=10-19");

        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(FIRST, 10, 20));
        assertThat(part.header("Content-Type")).isEqualTo("image/png");
        assertThat(get(content, "If-None-Match: " + part.header("ETag")).status())
                .isEqualTo(304);
    }

    @Test
    void makesAnEarlierGenerationTheNewestAgain() {
        RawResponse restored = post(file + "/versions/1:restore");

        assertThat(restored.status()).isEqualTo(200);
        assertThat(restored.json().path("generation").asLong()).isEqualTo(3);
        assertThat(restored.json().path("mediaType").asText()).isEqualTo("image/png");
        assertThat(restored.json().path("tags").toString()).isEqualTo("{\"t\":\"1\"}");
        assertThat(bucket.get("a").body()).isEqualTo(FIRST);
        assertThat(generations(file)).containsExactly(3L, 2L, 1L);

        assertThat(remove(1)).isEqualTo(204);
        assertThat(remove(2)).isEqualTo(204);
        assertThat(generations(file)).containsExactly(3L);
        assertThat(bucket.get("a").body()).as("shared with what is gone").isEqualTo(FIRST);
    }

    /** In a bucket that keeps nothing the file gives up the content that it is to have. */
    @Test
    void makesWhatItIsTheNewestAgainWhateverIsKept() {
        settings(bucket, "{'versioning':false}");

        RawResponse restored = post(file + "/versions/2:restore");

        assertThat(restored.status()).isEqualTo(200);
        assertThat(restored.json().path("generation").asLong()).isEqualTo(3);
        assertThat(bucket.get("a").body()).isEqualTo(SECOND);
        assertThat(generations(file)).containsExactly(3L, 1L);
    }

    @Test
    void bringsADeletedFileBack() {
        bucket.delete("a");

        assertProblem(bucket.get("a"), 404, "file-not-found");
        assertProblem(get(file), 404, "file-not-found");
        assertThat(bucket.names()).isEmpty();
        assertThat(generations(file)).containsExactly(2L, 1L);
        assertThat(get(file + "/versions/2").json().path("deleted").asBoolean()).isTrue();
        assertThat(bytes(2)).isEqualTo(SECOND);

        RawResponse restored = post(file + ":restore");

        assertThat(restored.status()).isEqualTo(200);
        assertThat(restored.json().path("generation").asLong()).isEqualTo(3);
        assertThat(bucket.get("a").body()).isEqualTo(SECOND);
        assertThat(get(file).json()).isEqualTo(restored.json());
        assertProblem(post(file + ":restore"), 409, "name-taken");
    }

    @Test
    void bringsADeletedFileBackAsItWasEarlier() {
        bucket.delete("a");

        assertThat(post(file + "/versions/1:restore").status()).isEqualTo(200);

        assertThat(bucket.get("a").body()).isEqualTo(FIRST);
        assertThat(generations(file)).containsExactly(3L, 2L, 1L);
    }

    @Test
    void goesOnWithADeletedFileWhenItsNameIsStoredAgain() {
        bucket.delete("a");

        RawResponse stored = bucket.stored("a", THIRD);

        assertThat(stored.header("Location")).isEqualTo(file);
        assertThat(stored.json().path("generation").asLong()).isEqualTo(3);
        assertThat(stored.json().path("tags").toString()).isEqualTo("{}");
        assertThat(generations(file)).containsExactly(3L, 2L, 1L);
        assertThat(bytes(2)).isEqualTo(SECOND);
    }

    @Test
    void neverTakesTheNameOfAnotherFile() {
        bucket.delete("a");
        bucket.stored("b", THIRD);
        String other = bucket.stored("c", THIRD).header("Location");
        String moved = other + ":move";
        assertThat(exchange("POST", moved, "{'name':'a'}").status()).isEqualTo(200);

        assertProblem(post(file + ":restore"), 409, "name-taken");
        assertProblem(post(file + "/versions/1:restore"), 409, "name-taken");
        assertThat(bucket.get("a").body()).isEqualTo(THIRD);
        assertThat(generations(file)).containsExactly(2L, 1L);
    }

    @Test
    void deletesForGood() {
        assertProblem(exchange("DELETE", file + "/versions/2", ""), 409, "version-current");
        assertThat(remove(1)).isEqualTo(204);
        assertProblem(get(file + "/versions/1"), 404, "version-not-found");
        assertProblem(get(file + "/versions/1/content"), 404, "version-not-found");
        assertProblem(post(file + "/versions/1:restore"), 404, "version-not-found");
        assertThat(remove(1)).isEqualTo(404);

        bucket.delete("a");
        assertThat(remove(2)).isEqualTo(204);
        assertProblem(get(file + "/versions"), 404, "file-not-found");
        assertProblem(post(file + ":restore"), 404, "file-not-found");
        assertThat(bucket.stored("a", THIRD).header("Location"))
                .as("nothing is left to go on with")
                .isNotEqualTo(file);
    }

    @Test
    void actsOnTheStateThatWasSeen() {
        String seen = get(file).header("ETag");
        bucket.stored("a", THIRD);

        assertProblem(post(file + "/versions/1:restore", "If-Match: " + seen), 412, "precondition-failed");
        assertThat(bucket.get("a").body()).isEqualTo(THIRD);

        settings(bucket, "{'versioning':true,'requirePreconditions':true}");
        assertProblem(post(file + "/versions/1:restore"), 428, "precondition-required");
        assertThat(post(file + "/versions/1:restore", "If-Match: " + get(file).header("ETag"))
                        .status())
                .isEqualTo(200);
        assertThat(bucket.get("a").body()).isEqualTo(FIRST);
    }

    @Test
    void countsVersionsInTheQuota() {
        settings(bucket, "{'versioning':true,'maxBytes':420000}");
        assertThat(used(bucket)).as("counted when it was set").isEqualTo(300_000);

        assertProblem(bucket.put("a", FIRST), 507, "quota-exceeded");
        bucket.stored("a", SECOND);
        assertThat(used(bucket)).isEqualTo(400_000);
        assertProblem(post(file + "/versions/1:restore"), 507, "quota-exceeded");
        bucket.delete("a");
        assertThat(used(bucket)).as("what is deleted is kept").isEqualTo(400_000);
        remove(2);
        assertThat(used(bucket)).isEqualTo(300_000);
        remove(3);
        remove(1);
        assertThat(used(bucket)).isZero();
    }

    @Test
    void takesVersionsAlongToAnotherBucket() {
        TestBucket other = TestBucket.create(service);
        settings(bucket, "{'versioning':true,'maxBytes':1000000}");
        settings(other, "{'maxBytes':299999}");

        assertProblem(
                exchange("POST", file + ":move", "{'name':'a','bucket':'" + other.name() + "'}"),
                507,
                "quota-exceeded");
        settings(other, "{'maxBytes':300000}");
        assertThat(exchange("POST", file + ":move", "{'name':'b','bucket':'" + other.name() + "'}")
                        .status())
                .isEqualTo(200);

        assertThat(used(bucket)).isZero();
        assertThat(used(other)).isEqualTo(300_000);
        assertThat(generations(file)).containsExactly(2L, 1L);
        assertThat(bytes(1)).isEqualTo(FIRST);
        assertThat(exchange("DELETE", bucket.path(), "").status()).isEqualTo(204);
    }

    @Test
    void keepsWhatItHasWhenItIsTurnedOff() {
        settings(bucket, "{}");

        bucket.stored("a", THIRD);
        assertThat(generations(file)).containsExactly(3L, 1L);
        bucket.delete("a");

        assertThat(generations(file)).containsExactly(1L);
        assertThat(bytes(1)).isEqualTo(FIRST);
        assertProblem(post(file + ":restore"), 404, "file-not-found");
        assertProblem(exchange("DELETE", bucket.path(), ""), 409, "bucket-not-empty");
        remove(1);
        assertThat(exchange("DELETE", bucket.path(), "").status()).isEqualTo(204);
    }

    @Test
    void listsPageByPage() {
        bucket.stored("a", THIRD);
        RawResponse first = get(file + "/versions?limit=2");

        assertThat(generations(first)).containsExactly(3L, 2L);
        String cursor = first.json().path("nextCursor").asText();
        assertThat(first.header("Link"))
                .as("of every page of a listing")
                .contains(file + "/versions?limit=2>; rel=\"first\"", "cursor=" + cursor + ">; rel=\"next\"");
        RawResponse second = get(file + "/versions?limit=2&cursor=" + cursor);
        assertThat(generations(second)).containsExactly(1L);
        assertThat(second.json().has("nextCursor")).isFalse();
        assertProblem(
                get(bucket.stored("b", THIRD).header("Location") + "/versions?cursor=" + cursor),
                400,
                "invalid-cursor");
    }

    @Test
    void saysWhenAVersionWillGo() {
        settings(bucket, "{'versioning':true,'versionRetention':'P1D'}");
        assertThat(get(bucket.path()).json().path("versionRetention").asText()).isEqualTo("P1D");

        bucket.stored("a", THIRD);

        JsonNode second = get(file + "/versions/2").json();
        assertThat(java.time.Instant.parse(second.path("expiresAt").asText()))
                .isEqualTo(java.time.Instant.parse(second.path("replacedAt").asText())
                        .plusSeconds(86_400));
        assertThat(get(file + "/versions/1").json().has("expiresAt"))
                .as("replaced before")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "P1Y", "PT0S", "-P1D", "P36501D", "PT0.5S", "P1D "})
    void refusesWhatIsNoRetention(String retention) {
        assertProblem(
                exchange("PUT", bucket.path(), "{'versioning':true,'versionRetention':'" + retention + "'}"),
                400,
                "invalid-body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "01", "1.0", "x", "9223372036854775807", "99999999999999999999", "3"})
    void knowsNoOtherGenerations(String generation) {
        String version = file + "/versions/" + generation;

        assertProblem(get(version), 404, "version-not-found");
        assertProblem(get(version + "/content"), 404, "version-not-found");
        assertProblem(exchange("DELETE", version, ""), 404, "version-not-found");
        assertProblem(post(version + ":restore"), 404, "version-not-found");
    }

    @Test
    void knowsNoOtherFiles() {
        for (String nothing : List.of("/api/v1/files/" + UUID.randomUUID(), "/api/v1/files/x")) {
            assertProblem(get(nothing + "/versions"), 404, "file-not-found");
            assertProblem(post(nothing + ":restore"), 404, "file-not-found");
            assertProblem(post(nothing + "/versions/1:restore"), 404, "file-not-found");
        }
    }

    private byte[] bytes(long generation) {
        return get(file + "/versions/" + generation + "/content").body();
    }

    private int remove(long generation) {
        return exchange("DELETE", file + "/versions/" + generation, "").status();
    }

    private List<Long> generations(String path) {
        return generations(get(path + "/versions"));
    }

    private static List<Long> generations(RawResponse page) {
        assertThat(page.status()).isEqualTo(200);
        return StreamSupport.stream(page.json().path("versions").spliterator(), false)
                .map(version -> version.path("file").path("generation").asLong())
                .toList();
    }

    private RawResponse get(String path, String... headers) {
        return bucket.exchange("GET", path, Optional.empty(), headers);
    }

    private RawResponse post(String path, String... headers) {
        return bucket.exchange("POST", path, Optional.of(new byte[0]), headers);
    }

    /** The body, if it is one, with its quotation marks written as apostrophes. */
    private RawResponse exchange(String method, String path, String body) {
        return body.isEmpty()
                ? bucket.exchange(method, path, Optional.empty())
                : bucket.exchange(method, path, Optional.of(json(body)), "Content-Type: application/json");
    }

    private static void settings(TestBucket bucket, String settings) {
        RawResponse answer =
                bucket.exchange("PUT", bucket.path(), Optional.of(json(settings)), "Content-Type: application/json");
        assertThat(answer.status()).isEqualTo(200);
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static long used(TestBucket bucket) {
        return bucket.exchange("GET", bucket.path(), Optional.empty())
                .json()
                .path("usedBytes")
                .asLong();
    }
}
