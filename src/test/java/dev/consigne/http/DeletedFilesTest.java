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
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Finding what was deleted, in buckets that keep it. */
@QuarkusTest
class DeletedFilesTest {
    private static final byte[] BODY = Bytes.seeded(1, 1000);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void keepVersions() {
        bucket = TestBucket.create(service);
        bucket.exchange(
                "PUT",
                bucket.path(),
                Optional.of("{\"versioning\":true}".getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");
    }

    @Test
    void listsWhatWasDeletedAndCanComeBack() {
        bucket.stored("a", BODY);
        String file = bucket.stored("a", BODY).header("Location");
        bucket.stored("dir/b", BODY);
        bucket.stored("dir/c", BODY);
        assertThat(deleted("")).isEmpty();

        List.of("a", "dir/c", "dir/b").forEach(bucket::delete);

        assertThat(deleted("")).containsExactly("a 2", "dir/b 1", "dir/c 1");
        assertThat(deleted("?prefix=dir/")).containsExactly("dir/b 1", "dir/c 1");
        bucket.exchange("POST", file + ":restore", Optional.empty());
        assertThat(deleted("")).containsExactly("dir/b 1", "dir/c 1");
        bucket.delete("a");
        assertThat(deleted("")).containsExactly("a 3", "dir/b 1", "dir/c 1");
    }

    @Test
    void listsFilesThatHadOneNameInPages() {
        String first = deletedAs("a");
        String second = movedAwayAndDeletedAs("a");

        RawResponse page = get(bucket.path() + "/deleted?limit=1");
        String cursor = page.json().path("nextCursor").asText();

        assertThat(page.header("Link")).contains("rel=\"next\"");
        assertThat(ids("?limit=1")).hasSize(1);
        assertThat(ids("?limit=1&cursor=" + cursor)).hasSize(1).doesNotContainAnyElementsOf(ids("?limit=1"));
        assertThat(ids("")).containsExactlyInAnyOrder(first, second);
        assertProblem(get(bucket.path() + "/deleted?prefix=a&cursor=" + cursor), 400, "invalid-cursor");
    }

    @Test
    void saysThatThereIsNoSuchBucket() {
        assertProblem(get("/api/v1/buckets/no-such/deleted"), 404, "bucket-not-found");
    }

    private String deletedAs(String name) {
        String id = bucket.stored(name, BODY).json().path("id").asText();
        bucket.delete(name);
        return id;
    }

    /** Stored under its name it would be the deleted file again. */
    private String movedAwayAndDeletedAs(String name) {
        String id = bucket.stored("elsewhere", BODY).json().path("id").asText();
        bucket.exchange(
                "POST",
                "/api/v1/files/" + id + ":move",
                Optional.of("{\"name\":\"%s\"}".formatted(name).getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");
        bucket.delete(name);
        return id;
    }

    /** The name and generation of each. */
    private List<String> deleted(String query) {
        return members(query, "name", "generation");
    }

    private List<String> ids(String query) {
        return members(query, "id");
    }

    private List<String> members(String query, String... members) {
        return StreamSupport.stream(
                        get(bucket.path() + "/deleted" + query)
                                .json()
                                .path("versions")
                                .spliterator(),
                        false)
                .map(version -> List.of(members).stream()
                        .map(member -> version.path("file").path(member).asText())
                        .reduce((left, right) -> left + ' ' + right)
                        .orElseThrow())
                .toList();
    }

    private RawResponse get(String path) {
        return bucket.exchange("GET", path, Optional.empty());
    }
}
