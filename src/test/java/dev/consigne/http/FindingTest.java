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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders, orders, filters and masks of a listing. */
@QuarkusTest
class FindingTest {
    private static final byte[] BODY = Bytes.seeded(1, 3);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void showsFoldersAmongTheFiles() {
        List.of("a", "b/1", "b/2", "b/c/3", "b0", "d/4", "e").forEach(name -> bucket.stored(name, BODY));

        JsonNode root = bucket.list("?delimiter=/").json();
        JsonNode below = bucket.list("?delimiter=/&prefix=b/").json();

        assertThat(names(root)).containsExactly("a", "b0", "e");
        assertThat(prefixes(root)).containsExactly("b/", "d/");
        assertThat(names(below)).containsExactly("b/1", "b/2");
        assertThat(prefixes(below)).containsExactly("b/c/");
        assertThat(root.has("nextCursor")).isFalse();
        assertThat(bucket.list("").json().has("prefixes")).isFalse();
        assertThat(bucket.list("?delimiter=/&prefix=none/").json().path("prefixes"))
                .isEmpty();
    }

    @Test
    void pagesThroughFilesAndFoldersOnce() {
        List.of("a", "b/1", "b/2", "b/c/3", "b0", "d/4", "d/5", "e", "f/6").forEach(name -> bucket.stored(name, BODY));

        for (int limit = 1; limit <= 7; limit++) {
            List<String> seen = new ArrayList<>();
            for (JsonNode page : pages("?delimiter=/&limit=" + limit)) {
                assertThat(names(page).size() + prefixes(page).size()).isBetween(1, limit);
                seen.addAll(prefixes(page));
                seen.addAll(names(page));
            }
            assertThat(seen).containsExactlyInAnyOrder("a", "b/", "b0", "d/", "e", "f/");
        }
    }

    @Test
    void takesAnyDelimiterLiterally() {
        List.of("a--b", "a--c", "a-d", "a%b", "x--", "\u00e9\u00e9\u00e9").stream()
                .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8))
                .forEach(name -> bucket.stored(name, BODY));

        assertThat(prefixes(bucket.list("?delimiter=--").json())).containsExactly("a--", "x--");
        assertThat(prefixes(bucket.list("?delimiter=%25").json())).containsExactly("a%");
        assertThat(prefixes(bucket.list("?delimiter=%C3%A9").json())).containsExactly("\u00e9");
        assertThat(names(bucket.list("?delimiter=--&prefix=x--").json())).containsExactly("x--");
        assertThat(pages("?delimiter=--&prefix=x&limit=1")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delimiter=%00",
                "delimiter=/&sort=length",
                "delimiter=/&sort=-name",
                "delimiter=/&filter=length%20%3E%201",
                "sort=size",
                "sort=Name",
                "sort=--name",
                "sort=name%3Bdrop%20table%20file",
                "sort=name,length",
                "sort=%20name",
                "fields=name,",
                "fields=name,%20length",
                "fields=secret",
                "fields=*",
                "limit=0",
                "limit=-1",
                "limit=1001",
                "limit=abc",
                "limit=9223372036854775808"
            })
    void refusesParametersItDoesNotUnderstand(String query) {
        assertProblem(bucket.list("?" + query), 400, "invalid-parameter");
    }

    @Test
    void takesAnEmptyParameterForNone() {
        bucket.stored("a/b", BODY);

        assertThat(names(
                        bucket.list("?delimiter=&sort=&filter=&fields=&cursor=").json()))
                .containsExactly("a/b");
    }

    @Test
    void refusesADelimiterLongerThanSixtyFourBytes() {
        assertThat(bucket.list("?delimiter=" + "x".repeat(64)).status()).isEqualTo(200);
        assertProblem(bucket.list("?delimiter=" + "x".repeat(65)), 400, "invalid-parameter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "length",
                "length = 1 or length = 2",
                "updatedAt > \"2026-13-45\"",
                "updatedAt > \"300000-01-01T00:00:00Z\"",
                "name = \"a\"; DROP TABLE file; --",
                "name = 'a'",
                "tags.a = \"\\u0000\""
            })
    void saysWhereAFilterCannotBeRead(String filter) {
        RawResponse refused = find(filter);

        assertProblem(refused, 400, "invalid-filter");
        assertThat(refused.json().path("position").isInt()).isTrue();
        assertThat(refused.json().path("expected").asText()).isNotEmpty();
    }

    @Test
    void findsFilesByTagsMetadataAndWhatTheyAre() {
        declare("[\"year\",\"camera.model\"]", 200);
        bucket.stored(
                "a.pdf",
                BODY,
                "Content-Type: application/pdf",
                "Consigne-Tags: project=apollo",
                "Consigne-Metadata: {\"year\":2025}");
        bucket.stored(
                "b.jpg",
                Bytes.seeded(2, 30),
                "Content-Type: image/jpeg",
                "Consigne-Tags: project=apollo",
                "Consigne-Metadata: {\"year\":2026,\"camera\":{\"model\":\"X1\"}}");
        bucket.stored("it's%20%22'%3B--", BODY);

        assertThat(names(find("tags.project = \"apollo\"").json())).containsExactly("a.pdf", "b.jpg");
        assertThat(names(find("tags.project = \"apollo\" and metadata.year >= 2026")
                        .json()))
                .containsExactly("b.jpg");
        assertThat(names(find("metadata.camera.model = \"X1\"").json())).containsExactly("b.jpg");
        assertThat(names(find("mediaType = \"application/pdf\" and length < 10").json()))
                .containsExactly("a.pdf");
        assertThat(names(find("name = \"it's \\\"';--\"").json())).containsExactly("it's \"';--");
        assertThat(names(find("contains(name, \"';--\")").json())).containsExactly("it's \"';--");
        assertThat(names(find("tags.project = \"' OR true --\"").json())).isEmpty();
        assertThat(names(find("updatedAt > \"2999-01-01T00:00:00Z\"").json())).isEmpty();
    }

    @Test
    void namesTheDeclaredFieldsWhenAnotherIsAskedFor() {
        declare("[\"year\"]", 200);

        RawResponse refused = find("metadata.author = \"Ada\"");

        assertProblem(refused, 400, "field-not-searchable");
        assertThat(refused.json().path("field").asText()).isEqualTo("metadata.author");
        assertThat(refused.json().path("searchable").get(0).asText()).isEqualTo("year");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"\"]",
                "[\"a..b\"]",
                "[\"a b\"]",
                "[\"1a\"]",
                "[null]",
                "[1]",
                "\"a\"",
                "[\"a.b.c.d.e.f\"]",
                "{}",
                "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\"]"
            })
    void refusesDeclarationsOfWhatIsNoPath(String declaration) {
        assertProblem(declare(declaration, 400), 400, "invalid-body");
    }

    @Test
    void showsWhatIsDeclared() {
        JsonNode stored = declare("[\"year\",\"author\",\"year\"]", 200).json();

        assertThat(stored.path("searchableMetadata")).hasSize(2);
        assertThat(stored.path("searchableMetadata").get(0).asText()).isEqualTo("author");
        assertThat(bucket.exchange("GET", bucket.path(), Optional.empty()).json())
                .isEqualTo(stored);
    }

    @Test
    void pagesThroughASearchAndAnOrder() {
        IntStream.range(0, 7)
                .forEach(i -> bucket.stored("f" + i, Bytes.seeded(i, 10 - i), "Consigne-Tags: t=" + i % 2));

        assertThat(pages("?sort=length&limit=3").stream().flatMap(page -> names(page).stream()))
                .containsExactly("f6", "f5", "f4", "f3", "f2", "f1", "f0");
        assertThat(pages("?sort=-length&limit=3&filter=" + encoded("tags.t = \"0\"")).stream()
                        .flatMap(page -> names(page).stream()))
                .containsExactly("f0", "f2", "f4", "f6");
        assertThat(pages("?sort=-updatedAt&limit=2").stream().flatMap(page -> names(page).stream()))
                .containsExactly("f6", "f5", "f4", "f3", "f2", "f1", "f0");
    }

    @Test
    void refusesTheCursorOfAnotherOrderFilterOrDelimiter() {
        List.of("a", "b/1", "c").forEach(name -> bucket.stored(name, BODY));
        String filter = "&filter=" + encoded("length > 0");
        String cursor =
                bucket.list("?limit=1" + filter).json().path("nextCursor").asText();

        assertThat(bucket.list("?cursor=" + cursor + filter).status()).isEqualTo(200);
        assertThat(bucket.list("?cursor=" + cursor + "&filter=" + encoded("length>0"))
                        .status())
                .isEqualTo(200);
        assertProblem(bucket.list("?cursor=" + cursor), 400, "invalid-cursor");
        assertProblem(bucket.list("?sort=-name&cursor=" + cursor + filter), 400, "invalid-cursor");
        assertProblem(bucket.list("?cursor=" + cursor + "&filter=" + encoded("length > 1")), 400, "invalid-cursor");
        assertProblem(bucket.list("?delimiter=/&cursor=" + cursor), 400, "invalid-cursor");
    }

    @Test
    void showsTheMembersAskedForAndNoOthers() {
        bucket.stored("a", BODY, "Consigne-Metadata: {\"x\":[1.50]}");

        JsonNode file =
                bucket.list("?fields=name,metadata,length").json().path("files").get(0);

        assertThat(file.fieldNames()).toIterable().containsExactlyInAnyOrder("name", "metadata", "length");
        assertThat(file.path("metadata").path("x").get(0).asDouble()).isEqualTo(1.5);
        assertThat(bucket.list("?fields=name").json().path("files").get(0)).hasSize(1);
    }

    private RawResponse declare(String paths, int status) {
        RawResponse response = bucket.exchange(
                "PUT",
                bucket.path(),
                Optional.of(("{\"searchableMetadata\":" + paths + "}").getBytes(StandardCharsets.UTF_8)),
                "Content-Type: application/json");
        assertThat(response.status()).as("%s", response).isEqualTo(status);
        return response;
    }

    private RawResponse find(String filter) {
        return bucket.list("?filter=" + encoded(filter));
    }

    private List<JsonNode> pages(String query) {
        List<JsonNode> pages = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = bucket.list(query + cursor).json();
            pages.add(page);
            cursor = page.has("nextCursor")
                    ? "&cursor=" + page.path("nextCursor").asText()
                    : "";
        } while (!cursor.isEmpty() && pages.size() < 100);
        return pages;
    }

    private static List<String> names(JsonNode page) {
        return page.path("files").findValuesAsText("name");
    }

    private static List<String> prefixes(JsonNode page) {
        List<String> prefixes = new ArrayList<>();
        page.path("prefixes").forEach(prefix -> prefixes.add(prefix.asText()));
        return prefixes;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
