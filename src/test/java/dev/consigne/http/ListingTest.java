package dev.consigne.http;

import static dev.consigne.testing.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a bucket, page by page. */
@QuarkusTest
class ListingTest {
    private static final byte[] BODY = Bytes.seeded(1, 3);

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void showsEachFileOnceInTheOrderOfItsBytes() {
        List<String> names =
                new ArrayList<>(IntStream.range(0, 19).mapToObj(i -> "f/" + i).toList());
        names.addAll(List.of("Z", "a", "\u00e9", "\uFFFD", "\uD83D\uDE00", "f!"));
        names.forEach(name -> bucket.stored(encoded(name), BODY));

        List<List<String>> pages = pages("?limit=7");

        assertThat(pages).extracting(List::size).containsExactly(7, 7, 7, 4);
        assertThat(pages.stream().flatMap(List::stream))
                .containsExactlyElementsOf(names.stream()
                        .sorted((a, b) -> Arrays.compareUnsigned(
                                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    @Test
    void endsWithoutCursorWhenTheLastPageIsFull() {
        IntStream.range(0, 4).forEach(i -> bucket.stored("f" + i, BODY));

        assertThat(pages("?limit=2")).extracting(List::size).containsExactly(2, 2);
        assertThat(bucket.list("").json().has("nextCursor")).isFalse();
    }

    @Test
    void goesOnAfterTheLastNameAlsoWhenItIsGone() {
        List.of("a", "b", "c").forEach(name -> bucket.stored(name, BODY));
        String cursor = bucket.list("?limit=1").json().path("nextCursor").asText();
        bucket.delete("a");
        bucket.stored("aa", BODY);

        JsonNode next = bucket.list("?limit=1&cursor=" + cursor).json();

        assertThat(next.path("files").findValuesAsText("name")).containsExactly("aa");
    }

    @Test
    void takesThePrefixLiterally() {
        List<String> names = List.of("a%b", "aXb", "a_b", "a%", "b", "a/b", "A", "\u00e9t\u00e9");
        names.forEach(name -> bucket.stored(encoded(name), BODY));

        assertThat(found("a%25")).containsExactly("a%", "a%b");
        assertThat(found("a_")).containsExactly("a_b");
        assertThat(found("%25")).isEmpty();
        assertThat(found("_")).isEmpty();
        assertThat(found("a%5C")).isEmpty();
        assertThat(found("a/")).containsExactly("a/b");
        assertThat(found("%C3%A9")).containsExactly("\u00e9t\u00e9");
        assertThat(found("e%CC%81")).containsExactly("\u00e9t\u00e9");
        assertThat(found("")).hasSize(8);
        assertThat(found("%F4%8F%BF%BD")).isEmpty();
    }

    @Test
    void pagesThroughAPrefix() {
        IntStream.range(0, 5).forEach(i -> bucket.stored("p/" + i, BODY));
        bucket.stored("o", BODY);
        bucket.stored("q", BODY);

        assertThat(pages("?prefix=p/&limit=2"))
                .containsExactly(List.of("p/0", "p/1"), List.of("p/2", "p/3"), List.of("p/4"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "abc", "1.5", "%201", "99999999999999999999", "0x1", "+1"})
    void refusesLimits(String limit) {
        assertProblem(bucket.list("?limit=" + limit), 400, "invalid-parameter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%00", "a%0A", "%EF%BF%BF"})
    void refusesPrefixesNoNameCanHave(String prefix) {
        assertProblem(bucket.list("?prefix=" + prefix), 400, "invalid-parameter");
        assertProblem(bucket.list("?prefix=" + "a".repeat(1025)), 400, "invalid-parameter");
    }

    @Test
    void refusesPrefixesThatAreNotUtf8() {
        assertProblem(bucket.list("?prefix=%ff"), 400, "invalid-encoding");
    }

    @Test
    void refusesCursorsItDidNotGive() {
        List.of("a", "b", "c").forEach(name -> bucket.stored(name, BODY));
        String cursor = bucket.list("?limit=1").json().path("nextCursor").asText();
        char last = cursor.charAt(cursor.length() - 3);
        String tampered = cursor.substring(0, cursor.length() - 3)
                + (last == 'A' ? 'B' : 'A')
                + cursor.substring(cursor.length() - 2);

        assertProblem(bucket.list("?cursor=" + tampered), 400, "invalid-cursor");
        assertProblem(bucket.list("?cursor=" + cursor.substring(2)), 400, "invalid-cursor");
        assertProblem(bucket.list("?cursor=YQ"), 400, "invalid-cursor");
        assertProblem(bucket.list("?cursor=***"), 400, "invalid-cursor");
        assertThat(bucket.list("?cursor=" + cursor).status()).isEqualTo(200);
    }

    @Test
    void refusesTheCursorOfAnotherListing() {
        List.of("a1", "a2", "a3").forEach(name -> bucket.stored(name, BODY));
        String cursor =
                bucket.list("?limit=1&prefix=a").json().path("nextCursor").asText();
        TestBucket other = TestBucket.create(service);

        assertProblem(bucket.list("?cursor=" + cursor), 400, "invalid-cursor");
        assertProblem(bucket.list("?prefix=a1&cursor=" + cursor), 400, "invalid-cursor");
        assertProblem(other.list("?prefix=a&cursor=" + cursor), 400, "invalid-cursor");
        assertThat(bucket.list("?prefix=a&limit=2&cursor=" + cursor).status()).isEqualTo(200);
    }

    private List<String> found(String prefix) {
        return bucket.list("?prefix=" + prefix).json().path("files").findValuesAsText("name");
    }

    private List<List<String>> pages(String query) {
        List<List<String>> pages = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = bucket.list(query + cursor).json();
            pages.add(page.path("files").findValuesAsText("name"));
            cursor = page.has("nextCursor")
                    ? "&cursor=" + page.path("nextCursor").asText()
                    : "";
        } while (!cursor.isEmpty() && pages.size() < 100);
        return pages;
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }
}
