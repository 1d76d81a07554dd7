package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes that are made only if the file is in the state its changer thinks it is in (RFC 9110, section 13). */
@QuarkusTest
class ConditionalWriteTest {
    private static final byte[] FIRST = Bytes.seeded(1, 300_000);
    private static final byte[] SECOND = Bytes.seeded(2, 300_001);
    private static final String PATCH = "application/merge-patch+json";
    private static final String PAST = "If-Unmodified-Since: Fri, 06 Nov 2020 08:49:37 GMT";

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void createsAFileOnlyOnce() {
        RawResponse created = bucket.put("a", FIRST, "If-None-Match: *");

        assertThat(created.status()).isEqualTo(201);
        assertProblem(bucket.put("a", SECOND, "If-None-Match: *"), 412, "precondition-failed");
        assertProblem(bucket.put("a", SECOND, "If-None-Match: " + created.header("ETag")), 412, "precondition-failed");
        assertThat(bucket.get("a").body()).isEqualTo(FIRST);
    }

    @Test
    void replacesTheStateThatWasSeenAndNoOther() {
        String seen = bucket.put("a", FIRST).header("ETag");

        assertThat(bucket.put("a", SECOND, "If-Match: " + seen).status()).isEqualTo(200);

        assertProblem(bucket.put("a", FIRST, "If-Match: " + seen), 412, "precondition-failed");
        assertProblem(bucket.put("a", FIRST, "If-Match: W/" + seen), 412, "precondition-failed");
        assertProblem(bucket.put("a", FIRST, PAST), 412, "precondition-failed");
        RawResponse absent = assertProblem(bucket.put("b", FIRST, "If-Match: *"), 412, "precondition-failed");
        assertThat(absent.json().has("entityTag"))
                .as("what is not there has none")
                .isFalse();
        assertThat(bucket.get("a").body()).isEqualTo(SECOND);
    }

    @Test
    void letsOneOfManyCreateAndOneOfManyReplace() {
        assertThat(together("If-None-Match: *")).containsOnlyOnce(201).containsOnly(201, 412);

        String seen = bucket.get("a").header("ETag");
        assertThat(together("If-Match: " + seen)).containsOnlyOnce(200).containsOnly(200, 412);
    }

    /** The statuses of uploads of different bytes under one name at the same time. */
    private List<Integer> together(String condition) {
        List<CompletableFuture<Integer>> uploads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            byte[] body = Bytes.seeded(i + condition.length() * 100L, 50_000);
            uploads.add(CompletableFuture.supplyAsync(
                    () -> bucket.put("a", body, condition).status()));
        }
        return uploads.stream().map(CompletableFuture::join).toList();
    }

    @Test
    void replacesNothingThatIsNotThere() {
        assertProblem(bucket.put("a", FIRST, "If-Match: *"), 412, "precondition-failed");
        assertProblem(bucket.delete("a", "If-Match: *"), 412, "precondition-failed");
        assertProblem(bucket.delete("a", "If-None-Match: *"), 404, "file-not-found");
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void ignoresForChangesWhatIsForReads() {
        bucket.put("a", FIRST);

        RawResponse changed = bucket.put("a", SECOND, "If-Modified-Since: Fri, 06 Nov 2099 08:49:37 GMT");

        assertThat(changed.status()).isEqualTo(200);
    }

    @Test
    void refusesAConditionThatCannotBeRead() {
        bucket.put("a", FIRST);

        assertProblem(bucket.put("a", SECOND, "If-Match: abc"), 400, "invalid-condition");
        assertProblem(bucket.delete("a", "If-None-Match: abc"), 400, "invalid-condition");
        assertProblem(bucket.get("a", "If-None-Match: abc"), 400, "invalid-condition");
        assertThat(bucket.get("a").body()).isEqualTo(FIRST);
    }

    @Test
    void deletesTheStateThatWasSeenAndNoOther() {
        String seen = bucket.put("a", FIRST).header("ETag");
        bucket.put("a", SECOND);

        assertProblem(bucket.delete("a", "If-Match: " + seen), 412, "precondition-failed");

        assertThat(bucket.delete("a", "If-Match: " + bucket.get("a").header("ETag"))
                        .status())
                .isEqualTo(204);
    }

    @Test
    void deletesByIdTheRecordThatWasSeen() {
        RawResponse stored = bucket.put("a", FIRST);
        String seen = record(stored).header("ETag");
        patch(stored, "{\"tags\":{\"a\":\"b\"}}");

        assertProblem(exchange("DELETE", stored, "If-Match: " + seen), 412, "precondition-failed");

        assertThat(exchange("DELETE", stored, "If-Match: " + record(stored).header("ETag"))
                        .status())
                .isEqualTo(204);
    }

    @Test
    void storesTheNextGenerationOfAFileByItsId() {
        RawResponse stored = bucket.put("a", FIRST);
        String path = stored.header("Location") + "/content";

        RawResponse next = bucket.exchange(
                "PUT", path, Optional.of(SECOND), "If-Match: " + stored.header("ETag"), "Content-Type: image/png");

        assertThat(next.status()).isEqualTo(200);
        assertThat(next.json().path("generation").asLong()).isEqualTo(2);
        assertThat(next.json().path("id")).isEqualTo(stored.json().path("id"));
        assertThat(bucket.get("a").body()).isEqualTo(SECOND);
        bucket.delete("a");
        assertProblem(bucket.exchange("PUT", path, Optional.of(SECOND)), 404, "file-not-found");
        assertThat(bucket.names()).isEmpty();
    }

    @Test
    void aBucketCanAskThatEveryChangeSaysWhatItChanges() {
        RawResponse stored = bucket.put("a", FIRST);
        settings("{\"requirePreconditions\":true}");

        assertProblem(bucket.put("a", SECOND), 428, "precondition-required");
        assertProblem(bucket.put("b", SECOND), 428, "precondition-required");
        assertProblem(bucket.put("b", SECOND, "Idempotency-Key: k"), 428, "precondition-required");
        assertProblem(bucket.delete("a"), 428, "precondition-required");
        assertProblem(exchange("DELETE", stored), 428, "precondition-required");
        assertProblem(patch(stored, "{}"), 428, "precondition-required");

        assertThat(bucket.put("b", SECOND, "If-None-Match: *").status()).isEqualTo(201);
        assertThat(bucket.put("a", SECOND, "If-Match: " + stored.header("ETag")).status())
                .isEqualTo(200);
        assertThat(bucket.delete("a", "If-Match: *").status()).isEqualTo(204);
        settings("{}");
        assertThat(bucket.delete("b").status()).isEqualTo(204);
    }

    @Test
    void anAnswerIsGivenAgainWhateverTheConditionWouldSayByThen() {
        String[] headers = {"Idempotency-Key: once", "If-None-Match: *"};
        RawResponse first = bucket.put("a", FIRST, headers);

        RawResponse again = bucket.put("a", FIRST, headers);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json()).isEqualTo(first.json());
        assertProblem(bucket.put("a", FIRST, "Idempotency-Key: once"), 422, "idempotency-key-reused");
    }

    private RawResponse record(RawResponse stored) {
        return exchange("GET", stored);
    }

    private RawResponse exchange(String method, RawResponse stored, String... headers) {
        return bucket.exchange(method, stored.header("Location"), Optional.empty(), headers);
    }

    private RawResponse patch(RawResponse stored, String patch) {
        return bucket.exchange(
                "PATCH",
                stored.header("Location"),
                Optional.of(patch.getBytes(StandardCharsets.UTF_8)),
                "Content-Type: " + PATCH);
    }

    private void settings(String json) {
        RawResponse answer = bucket.exchange(
                "PUT",
                bucket.path(),
                Optional.of(json.getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");
        assertThat(answer.status()).isEqualTo(200);
    }
}
