package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketSettings;
import dev.consigne.file.FileName;
import dev.consigne.file.FilePage;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Filter;
import dev.consigne.file.Labels;
import dev.consigne.file.ListQuery;
import dev.consigne.file.MediaType;
import dev.consigne.file.Metadata;
import dev.consigne.file.SortOrder;
import dev.consigne.file.Tags;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found, in which order, and what follows the files through their changes. */
@QuarkusTest
class SearchTest extends WithCatalog {
    private static final List<String> DECLARED = List.of("author", "year", "camera.model", "done");

    @BeforeEach
    void declare() {
        declare(DECLARED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "tags.project = \"apollo\" | a b",
                "tags.project = \"Apollo\" | -",
                "startsWith(tags.project, \"ap\") | a b",
                "startsWith(tags.project, \"a%\") | -",
                "tags.project > \"apollo\" | c",
                "tags.project <= \"apollo\" | a b",
                "tags.\"odd key\" = \"1\" | b",
                "tags.project = \"apollo\" and tags.\"odd key\" = \"1\" | b",
                "metadata.author = \"Ada\" | a c",
                "startsWith(metadata.author, \"A\") | a c",
                "metadata.author >= \"Ada\" | a b c",
                "metadata.author < \"B\" | a c",
                "metadata.camera.model = \"X1\" | c",
                "metadata.year = 2025 | a",
                "metadata.year = 2025.00 | a",
                "metadata.year = 2.025e3 | a",
                "metadata.year = \"2025\" | b",
                "metadata.year >= 2025 | a d",
                "metadata.year > 2025 | d",
                "metadata.year < 0 | c",
                "metadata.year < 9 | c",
                "metadata.year > \"2\" | b",
                "metadata.done = true | a",
                "metadata.done = false | b",
                "metadata.done = \"true\" | c",
                "contains(name, \"%\") | -",
                "contains(name, \"a\") | a",
                "name > \"a\" and name < \"d\" | b c",
                "startsWith(name, \"d\") | d",
                "mediaType = \"text/b\" | b",
                "startsWith(mediaType, \"text/\") | a b c d",
                "length = 100 | a b c d",
                "length > 100 | -",
                "createdAt > \"2000-01-01T00:00:00Z\" | a b c d",
                "updatedAt < \"2000-01-01T00:00:00.5+01:00\" | -"
            })
    void findsWhatMeetsTheFilterHoweverItIsLookedFor(String filter, String names) {
        said("a", Map.of("project", "apollo"), "{\"author\":\"Ada\",\"year\":2025,\"done\":true}");
        said("b", Map.of("project", "apollo", "odd key", "1"), "{\"author\":\"Bob\",\"year\":\"2025\",\"done\":false}");
        said(
                "c",
                Map.of("project", "gemini"),
                "{\"author\":\"Ada\",\"year\":-3,\"camera\":{\"model\":\"X1\"},\"done\":\"true\"}");
        said("d", Map.of(), "{\"year\":10000,\"author\":null,\"done\":[true]}");
        List<String> expected = names.equals("-") ? List.of() : List.of(names.split(" "));

        assertThat(found(filter)).containsExactlyElementsOf(expected);
        assertThat(byEveryWay(filter)).allSatisfy(way -> assertThat(way).containsExactlyElementsOf(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "length", "createdAt", "updatedAt", "mediaType"})
    void pagesThroughEveryOrderAndItsReverse(String label) {
        // Given
        List<String> names = Stream.of("b", "a", "\u00e9", "Z", "a/1", "\uD83D\uDE00", "\uFFFD")
                .toList();
        names.forEach(name -> said(name, Map.of("k", "v"), "{}"));
        rows.repair(
                "UPDATE content SET length = 7 WHERE id IN (SELECT content_id FROM file WHERE name IN ('a', 'Z', 'b')"
                        + " AND bucket_id = " + id() + ")");
        rows.change("UPDATE file SET length = 7 WHERE name IN ('a', 'Z', 'b') AND bucket_id = " + id());
        rows.change("UPDATE file SET updated_at = created_at - interval '1.000001 s', created_at = updated_at"
                + " WHERE name IN ('a', 'b') AND bucket_id = " + id());
        SortOrder order = SortOrder.of(label).orElseThrow();
        SortOrder reverse = SortOrder.of("-" + label).orElseThrow();

        // When
        List<String> forth = allPages(order, "", Optional.empty());
        List<String> back = allPages(reverse, "", Optional.empty());

        // Then
        assertThat(forth).containsExactlyElementsOf(ordered(label));
        assertThat(back.stream().toList()).containsExactlyElementsOf(reversed(forth));
        assertThat(allPages(order, "", Optional.of("tags.k = \"v\""))).isEqualTo(forth);
        assertThat(allPages(reverse, "", Optional.of("tags.k = \"v\""))).isEqualTo(back);
        assertThat(allPages(order, "a", Optional.empty()))
                .containsExactlyElementsOf(
                        forth.stream().filter(name -> name.startsWith("a")).toList());
    }

    @Test
    void followsTheFileThroughChangesMovesAndItsEnd() {
        FileRecord file = said("a", Map.of("project", "apollo"), "{\"author\":\"Ada\"}");

        await(catalog.change(file, new Labels(file.mediaType(), new Metadata("{\"author\":\"Bob\"}"), Tags.NONE)));
        assertThat(found("tags.project = \"apollo\"")).isEmpty();
        assertThat(found("metadata.author = \"Ada\"")).isEmpty();
        assertThat(found("metadata.author = \"Bob\"")).containsExactly("a");

        rows.change("UPDATE file SET name = 'moved' WHERE id = $1", file.id().value());
        assertThat(found("metadata.author = \"Bob\"")).containsExactly("moved");

        await(catalog.delete(await(catalog.find(file.id())).orElseThrow(), RETENTION));
        assertThat(attributes()).isZero();
    }

    @Test
    void keepsWhatIsSaidThroughAReplacement() {
        said("a", Map.of("project", "apollo"), "{}");
        stored("a");

        assertThat(found("tags.project = \"apollo\"")).containsExactly("a");
        assertThat(attributes()).isEqualTo(1);
    }

    @Test
    void indexesWhatIsThereWhenADeclarationChanges() {
        said("a", Map.of("t", "1"), "{\"author\":\"Ada\",\"more\":1}");

        declare(List.of("more"));

        assertThat(found("metadata.more = 1")).containsExactly("a");
        assertThat(found("tags.t = \"1\"")).containsExactly("a");
        assertFails(() -> found("metadata.author = \"Ada\""), ErrorCode.FIELD_NOT_SEARCHABLE);
        assertThat(attributes()).isEqualTo(2);
    }

    @Test
    void namesWhatIsDeclaredWhenSomethingElseIsAskedFor() {
        assertThat(catchProblem("metadata.title = \"x\"").extensions())
                .containsEntry("field", "metadata.title")
                .containsEntry("searchable", List.of("author", "camera.model", "done", "year"));
    }

    @Test
    void findsNothingByValuesTooLongForAnIndex() {
        said("a", Map.of("long", "\u00e9".repeat(129)), "{\"author\":\"" + "x".repeat(257) + "\"}");
        said("b", Map.of("long", "\u00e9".repeat(128)), "{\"author\":\"" + "x".repeat(256) + "\"}");

        assertThat(byEveryWay("startsWith(tags.long, \"\u00e9\")"))
                .allSatisfy(way -> assertThat(way).containsExactly("b"));
        assertThat(byEveryWay("startsWith(metadata.author, \"x\")"))
                .allSatisfy(way -> assertThat(way).containsExactly("b"));
    }

    @ParameterizedTest
    @CsvSource({
        "-1000.5, -1000",
        "-1000, -999.99",
        "-12, -1.2",
        "-1.23, -1.2",
        "-0.1, -0.01",
        "-0.01, 0",
        "0, 0.0001",
        "0.0001, 0.00011",
        "0.09, 0.1",
        "0.99, 1",
        "1, 1.5",
        "1.5, 10",
        "9, 10",
        "99, 100",
        "100, 123.45",
        "1e20, 1.1e20"
    })
    void ordersNumbersAsTheirKeys(String less, String more) {
        assertThat(rows.query(
                                "SELECT search_key($1::text::jsonb) COLLATE \"C\" < search_key($2::text::jsonb)",
                                less,
                                more)
                        .get(0)
                        .getBoolean(0))
                .isTrue();
    }

    @Test
    void ordersManyNumbersAsTheirKeys() {
        long wrong = rows.count("""
                WITH n AS MATERIALIZED (
                    SELECT v, search_number(v) COLLATE "C" AS key FROM (
                        SELECT round(((random() - 0.5) * 10 ^ (random() * 20 - 10))::numeric, 12) AS v
                        FROM generate_series(1, 300)) r)
                SELECT count(*) FROM n a, n b WHERE (a.v < b.v) <> (a.key < b.key) OR (a.v = b.v) <> (a.key = b.key)
                """);

        assertThat(wrong).isZero();
    }

    private ServiceException catchProblem(String filter) {
        try {
            found(filter);
            throw new AssertionError("not refused");
        } catch (ServiceException refusal) {
            return refusal;
        }
    }

    /** By index of the term alone, and in the reverse and another order: another statement answers each. */
    private List<List<String>> byEveryWay(String filter) {
        List<TermSql> terms =
                Filter.parse(filter).terms().stream().map(TermSql::new).toList();
        ListQuery query = query(filter, SortOrder.BY_NAME, Optional.empty(), 100);
        SearchStatements statements =
                new SearchStatements(query, terms, new PageOrder(SortOrder.BY_NAME), Long.parseLong(id()));
        List<List<String>> ways = new ArrayList<>();
        ways.add(names(statements.walk(100)));
        statements.parts().ifPresent(statement -> ways.add(names(statement)));
        for (int choice = 0;
                choice
                        < terms.stream()
                                .filter(TermSql::isIndexed)
                                .map(TermSql::field)
                                .distinct()
                                .count();
                choice++) {
            ways.add(names(statements.of(choice, 100)));
        }
        ways.add(reversed(names(
                await(catalog.list(query(filter, new SortOrder(SortOrder.Key.NAME, true), Optional.empty(), 100))))));
        return ways;
    }

    private List<String> names(Statement statement) {
        return PgStore.map(
                await(pool.preparedQuery(statement.sql())
                        .execute(statement.binds().tuple())),
                row -> row.getString("name"));
    }

    private List<String> allPages(SortOrder order, String prefix, Optional<String> filter) {
        List<String> seen = new ArrayList<>();
        Optional<SortOrder.Position> after = Optional.empty();
        do {
            FilePage page = await(catalog.list(
                    new ListQuery(bucket, prefix, Optional.empty(), order, filter.map(Filter::parse), after, 2)));
            seen.addAll(names(page));
            after = page.next();
        } while (after.isPresent() && seen.size() < 100);
        return seen;
    }

    private List<String> ordered(String label) {
        String column = switch (label) {
            case "createdAt" -> "created_at";
            case "updatedAt" -> "updated_at";
            case "mediaType" -> "media_type COLLATE \"C\"";
            default -> label;
        };
        return rows.query("SELECT name FROM file WHERE bucket_id = " + id() + " ORDER BY " + column + ", name").stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private List<String> found(String filter) {
        return names(await(catalog.list(query(filter, SortOrder.BY_NAME, Optional.empty(), 100))));
    }

    private ListQuery query(String filter, SortOrder sort, Optional<SortOrder.Position> after, int limit) {
        return new ListQuery(bucket, "", Optional.empty(), sort, Optional.of(Filter.parse(filter)), after, limit);
    }

    private FileRecord said(String name, Map<String, String> tags, String metadata) {
        stored(name);
        FileRecord file = await(catalog.find(bucket, new FileName(name))).orElseThrow();
        Labels labels = new Labels(
                new MediaType("text/" + (name.length() == 1 && name.charAt(0) < 'z' ? name : "x")),
                new Metadata(metadata),
                Tags.of(tags));
        return await(catalog.change(file, labels)).orElseThrow();
    }

    private void declare(List<String> searchable) {
        await(buckets.put(bucket, new BucketSettings(OptionalLong.empty(), OptionalLong.empty(), false, searchable)));
    }

    private long attributes() {
        return rows.count("SELECT count(*) FROM file_attribute WHERE bucket_id = " + id());
    }

    private String id() {
        return Long.toString(rows.count("SELECT id FROM bucket WHERE name = $1", bucket.value()));
    }

    private static List<String> names(FilePage page) {
        return page.files().stream().map(file -> file.name().value()).toList();
    }

    private static List<String> reversed(List<String> names) {
        List<String> reversed = new ArrayList<>(names);
        Collections.reverse(reversed);
        return reversed;
    }
}
