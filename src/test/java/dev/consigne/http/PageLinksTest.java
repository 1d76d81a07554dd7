package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.RawResponse;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links between the pages of a listing (RFC 8288). */
@QuarkusTest
class PageLinksTest {
    private static final Pattern LINK = Pattern.compile("<([^<> \"]*)>; rel=\"(first|next)\"");

    @TestHTTPResource("/")
    URI service;

    private TestBucket bucket;

    @BeforeEach
    void makeBucket() {
        bucket = TestBucket.create(service);
    }

    @Test
    void leadFromTheFirstPageToTheLast() {
        List<String> names = IntStream.range(0, 7).mapToObj(i -> "f&=é/" + i).toList();
        names.forEach(name -> bucket.stored(name.replace("&", "%26"), Bytes.seeded(1, 3)));
        bucket.stored("g", Bytes.seeded(1, 3));

        List<String> seen = new ArrayList<>();
        String first = bucket.path() + "/files?limit=3&prefix=f%26%3D%C3%A9/";
        Optional<String> page = Optional.of(first);
        int pages = 0;
        while (page.isPresent() && pages < 10) {
            RawResponse answer = bucket.exchange("GET", page.get(), Optional.empty());
            seen.addAll(answer.json().path("files").findValuesAsText("name"));
            pages++;

            assertThat(link(answer, "first")).contains(first);
            page = link(answer, "next");
            assertThat(page.isPresent()).isEqualTo(answer.json().has("nextCursor"));
        }

        assertThat(pages).isEqualTo(3);
        assertThat(seen).isEqualTo(names);
    }

    @Test
    void leadThroughTheBuckets() {
        TestBucket other = TestBucket.create(service);

        RawResponse page = bucket.exchange("GET", "/api/v1/buckets?limit=1", Optional.empty());
        JsonNode next = bucket.exchange("GET", link(page, "next").orElseThrow(), Optional.empty())
                .json();

        assertThat(page.json().path("buckets")).hasSize(1);
        assertThat(next.path("buckets")).hasSize(1);
        assertThat(next.path("buckets").get(0).path("name").asText())
                .isGreaterThan(page.json().path("buckets").get(0).path("name").asText());
        assertThat(other.list("").header("Link")).isEqualTo("<" + other.path() + "/files>; rel=\"first\"");
    }

    @Test
    void areNotAtAnswersThatAreNoPages() {
        assertThat(bucket.exchange("GET", bucket.path(), Optional.empty()).all("Link"))
                .isEmpty();
        assertThat(bucket.list("?cursor=x").status()).isEqualTo(400);
        assertThat(bucket.list("?cursor=x").all("Link")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a=1&cursor=x&b=2, ?a=1&b=2",
        "cursor=x&a=1&cursor=y, ?a=1",
        "a=1;cursor=x, ?a=1",
        "%63ursor=x, ''",
        "cursor, ''",
        "&&a=1&, ?a=1",
        "'a=<b>;rel=\"next\"', ?a=%3Cb%3E&rel=%22next%22",
        "a=ü {|}, ?a=%FC%20%7B%7C%7D",
        "a=%C3%BC+1, ?a=%C3%BC+1",
    })
    void keepTheOtherParametersAndNothingThatWouldEndThem(String query, String kept) {
        assertThat(PageLinks.links("/p", query, null)).isEqualTo("<" + "/p" + kept + ">; rel=\"first\"");
    }

    private static Optional<String> link(RawResponse answer, String relation) {
        Matcher link = LINK.matcher(answer.header("Link"));
        while (link.find()) {
            if (link.group(2).equals(relation)) {
                return Optional.of(link.group(1));
            }
        }
        return Optional.empty();
    }
}
