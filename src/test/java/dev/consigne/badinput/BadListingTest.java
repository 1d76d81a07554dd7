package dev.consigne.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters of listings that mean nothing. */
@QuarkusTest
class BadListingTest {
    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metrics;

    @Inject
    Pool pool;

    private Scene scene;

    @BeforeEach
    void setScene() {
        scene = Scene.set(service, metrics, pool);
    }

    @Tag("I75")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1001",
                "abc",
                "9223372036854775808",
                "1.5",
                "%201",
                "0x1",
                "+1",
                "1e2",
                "%D9%A3",
                "%00"
            })
    void refusesLimits(String limit) {
        refused("?limit=" + limit, "invalid-parameter");
        scene.refused(Scene.get("/api/v1/buckets?limit=" + limit), 400, "invalid-parameter");
    }

    @Tag("I76")
    @ParameterizedTest
    @ValueSource(strings = {"a", "YQ", "***", "AAAAAAAAAAAAAAAAAAAAAA", "%C3%A9", "%00", "null", "-1"})
    void refusesCursorsItDidNotGive(String cursor) {
        refused("?cursor=" + cursor, "invalid-cursor");
        scene.refused(Scene.get("/api/v1/buckets?cursor=" + cursor), 400, "invalid-cursor");
    }

    @Tag("I76")
    @Test
    void refusesCursorsThatWereTamperedWithOrAreOfAnotherListing() {
        TestBucket other = TestBucket.create(service);
        other.stored("a", Bytes.seeded(1, 10));
        other.stored("b", Bytes.seeded(2, 10));
        scene = Scene.set(service, metrics, pool);
        String cursor = other.list("?limit=1").json().path("nextCursor").asText();
        assertThat(cursor).isNotEmpty();

        refused("?cursor=" + cursor, "invalid-cursor");
        scene.refused(Scene.get(other.path() + "/files?prefix=a&cursor=" + cursor), 400, "invalid-cursor");
        for (int i = 0; i < cursor.length(); i++) {
            char changed = cursor.charAt(i) == 'A' ? 'B' : 'A';
            String tampered = cursor.substring(0, i) + changed + cursor.substring(i + 1);
            scene.refused(Scene.get(other.path() + "/files?cursor=" + tampered), 400, "invalid-cursor");
        }
    }

    @Tag("I77")
    @ParameterizedTest
    @ValueSource(strings = {"%25", "_", "%5C", ".*", "%5Ea", "'", "a%25", "[a]", "%24", "a'%20OR%20'1'='1"})
    void takesThePrefixLiterally(String prefix) {
        TestBucket bucket = TestBucket.create(service);
        bucket.stored("abc", Bytes.seeded(1, 10));

        assertThat(bucket.list("?prefix=" + prefix).json().path("files")).isEmpty();
    }

    @Tag("I77")
    @ParameterizedTest
    @ValueSource(strings = {"a%00", "a%0A", "%EF%BF%BF"})
    void refusesPrefixesNoNameCanHave(String prefix) {
        refused("?prefix=" + prefix, "invalid-parameter");
    }

    @Tag("I77")
    @ParameterizedTest
    @ValueSource(strings = {"%ff", "%c0%ae", "%", "%zz"})
    void refusesQueriesThatAreNotUtf8(String prefix) {
        refused("?prefix=" + prefix, "invalid-encoding");
    }

    @Tag("I78")
    @ParameterizedTest
    @ValueSource(strings = {"nothing", "name%3Bdrop%20table%20file", "--name", "NAME", "name,length"})
    void refusesOrdersThereAreNot(String sort) {
        refused("?sort=" + sort, "invalid-parameter");
    }

    /** Some take a semicolon for the end of a parameter: the rest of a name behind it would be lost. */
    @Tag("I16")
    @Tag("I78")
    @ParameterizedTest
    @ValueSource(strings = {"?sort=name;drop%20table%20file", "?prefix=a;b", "?limit=1;limit=2"})
    void refusesQueriesReadInTwoWays(String query) {
        refused(query, "invalid-encoding");
    }

    @Tag("I79")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "updatedAt%20%3C%20%222026-13-45T00:00:00Z%22",
                "updatedAt%20%3C%20%22300000-01-01T00:00:00Z%22",
                "updatedAt%20%3C%20%22yesterday%22",
                "length%20%3C%201e999999999",
                "name%20=%20'a'%20or%201=1",
                "(",
                "%00"
            })
    void refusesFiltersThatAreNone(String filter) {
        refused("?filter=" + filter, "invalid-filter");
    }

    @Tag("I94")
    @Test
    void refusesListsOfMoreThanAThousandIds() {
        String ids = ("\"" + UUID.randomUUID() + "\",").repeat(1001);
        String body = "{\"operation\":\"delete\",\"ids\":[" + ids.substring(0, ids.length() - 1) + "]}";

        scene.refused(
                Scene.request("POST", scene.bucket().path() + "/files:bulk", body, "Content-Type: application/json"),
                400,
                "invalid-body");
    }

    private void refused(String query, String code) {
        scene.refused(Scene.get(scene.bucket().path() + "/files" + query), 400, code);
    }
}
