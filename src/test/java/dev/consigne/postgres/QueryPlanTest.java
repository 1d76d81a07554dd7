package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.BucketName;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileName;
import dev.consigne.file.FilePage;
import dev.consigne.file.Filter;
import dev.consigne.file.ListQuery;
import dev.consigne.file.SearchConfig;
import dev.consigne.file.SortOrder;
import dev.consigne.file.SortOrder.Position;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the catalog's own statements are carried out: none scans the files, none sorts more than it answers. */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryPlanTest extends WithCatalog {
    private static final int FILES = 10_000; // in each of two buckets
    private static final int LIMIT = 100;
    private static final int FEW = 10_000;

    @Inject
    Vertx vertx;

    @Inject
    FileConfig fileConfig;

    @Inject
    SearchConfig searchConfig;

    @Inject
    PgConfig pgConfig;

    private final BucketName other = Samples.newBucket();
    private final BucketName small = Samples.newBucket();

    private Pool single;
    private CatalogRows session;
    private PgFileCatalog prepared;

    @BeforeAll
    void insertManyFiles() {
        makeBucket();
        single = StoreAddresses.pool(vertx, StoreAddresses.postgres().getPort(), 1);
        session = new CatalogRows(single);
        prepared = new PgFileCatalog(new PgStore(single, pgConfig, FileMeters.NOOP), fileConfig, searchConfig);
        await(buckets.put(other, OptionalLong.empty()));
        for (BucketName one : List.of(bucket, other)) {
            rows.repair("""
                    INSERT INTO content (id, state, owner, chunk_size, chunk_limit, chunk_count, length, sha256, crc32c,
                                         committed_at)
                    SELECT md5($1 || i)::uuid, 'LIVE', 'test', 65536, 1, 1, i % 5000, sha256(''), 0, now()
                    FROM generate_series(1, $2::int) i
                    """, one.value(), FILES);
            rows.change("""
                    INSERT INTO file (id, bucket_id, name, media_type, content_id, length, created_at, updated_at, tags,
                                      metadata)
                    SELECT md5($1 || i)::uuid, b.id, 'dir' || i % 10 || '/' || i, 'plan/' || i % 7, md5($1 || i)::uuid,
                           i % 5000, now() - i * interval '1 s', now() - i * interval '1 s',
                           jsonb_build_object('project', 'p' || i % 1000, 'all', 'x'), jsonb_build_object('year', i % 1000)
                    FROM bucket b, generate_series(1, $2::int) i WHERE b.name = $1
                    """, one.value(), FILES);
        }
        insertSmallBuckets();
        rows.query("SELECT gin_clean_pending_list('file_name_parts')");
        rows.change("ANALYZE");
    }

    /** So many that a bucket of middle size has less than a page. */
    private void insertSmallBuckets() {
        rows.change("INSERT INTO bucket (name) SELECT $1 || '-' || i FROM generate_series(1, 500) i", small.value());
        rows.repair("""
                INSERT INTO content (id, state, owner, chunk_size, chunk_limit, chunk_count, length, sha256, crc32c,
                                     committed_at)
                SELECT md5(b.name)::uuid, 'LIVE', 'test', 65536, 1, 1, 1, sha256(''), 0, now()
                FROM bucket b WHERE b.name LIKE $1 || '-%'
                """, small.value());
        rows.change("""
                INSERT INTO file (id, bucket_id, name, media_type, content_id, length)
                SELECT md5(b.name)::uuid, b.id, 'dir', 'plan/0', md5(b.name)::uuid, 1
                FROM bucket b WHERE b.name LIKE $1 || '-%'
                """, small.value());
    }

    @AfterAll
    void removeThem() {
        await(single.close());
        pool.withTransaction(connection -> connection
                        .query("SET LOCAL consigne.writer = 'repair'; SET LOCAL statement_timeout = 0;"
                                + " DELETE FROM file WHERE media_type LIKE 'plan/%' AND name LIKE 'dir%';"
                                + " DELETE FROM content WHERE owner = 'test';"
                                + " DELETE FROM bucket WHERE name LIKE '" + small + "-%'")
                        .execute())
                .await()
                .atMost(Duration.ofMinutes(2)); // each row goes through its guards
    }

    @ParameterizedTest
    @CsvSource({
        "name, file_bucket_id_name_key, '', dir5/5",
        "length, file_by_length, 2500, dir5/5",
        "createdAt, file_by_created, '', dir5/5",
        "updatedAt, file_by_updated, '', dir5/5",
        "mediaType, file_by_type, plan/3, dir5/5"
    })
    void takesEachPageOfEachOrderFromItsIndex(String label, String index, String value, String name) {
        for (String sort : List.of(label, "-" + label)) {
            String inTheMiddle =
                    label.endsWith("At") ? Instant.now().minusSeconds(FILES / 2).toString() : value;
            for (Optional<Position> after :
                    List.of(Optional.<Position>empty(), Optional.of(new Position(inTheMiddle, name)))) {
                Statement statement = PgListing.next(query("", sort, Optional.empty(), after));

                JsonObject plan = planned(statement);

                assertBounded(plan, LIMIT + 1);
                assertThat(indexes(plan)).as("%s", plan.encodePrettily()).contains(index);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "-name"})
    void takesAPrefixFromTheIndex(String sort) {
        Statement statement =
                PgListing.next(query("dir7/", sort, Optional.empty(), Optional.of(Position.after("dir7/2000"))));

        JsonObject plan = planned(statement);

        assertBounded(plan, LIMIT + 1);
        assertThat(indexes(plan)).contains("file_bucket_id_name_key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dir7/"})
    void skipsFromFolderToFolderInTheIndex(String prefix) {
        ListQuery query = new ListQuery(
                bucket, prefix, Optional.of("/"), SortOrder.BY_NAME, Optional.empty(), Optional.empty(), LIMIT);
        Statement statement = new FolderListing(query, "/").statement();

        JsonObject plan = planned(statement);

        assertNoScan(plan);
        assertThat(indexes(plan)).contains("file_bucket_id_name_key");
        JsonObject ran = explain("EXPLAIN (ANALYZE, FORMAT JSON) " + statement.sql(), statement);
        assertThat(nodes(ran).stream()
                        .filter(node -> "file".equals(node.getString("Relation Name")))
                        .mapToDouble(node -> node.getDouble("Actual Rows") * node.getDouble("Actual Loops"))
                        .sum())
                .as("rows of files that were looked at")
                .isLessThanOrEqualTo(2.0 * LIMIT + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tags.project = \"p7\"",
                "startsWith(tags.project, \"p12\")",
                "metadata.year = 7",
                "metadata.year >= 990",
                "length >= 10 and length < 20",
                "updatedAt > \"2999-01-01T00:00:00Z\"",
                "createdAt < \"2000-01-01T00:00:00Z\"",
                "mediaType = \"plan/3\"",
                "startsWith(mediaType, \"plan/3\")",
                "startsWith(name, \"dir3/1\")",
                "contains(name, \"r3/77\")",
                "tags.project = \"p7\" and tags.all = \"x\"",
                "tags.project = \"p7\" and metadata.year >= 3 and contains(name, \"7\")"
            })
    void takesWhatAFilterLeavesFromAnIndex(String filter) {
        for (String sort : List.of("name", "-name", "-updatedAt", "length")) {
            ListQuery query = query("dir", sort, Optional.of(filter), Optional.empty());
            List<TermSql> terms =
                    Filter.parse(filter).terms().stream().map(TermSql::new).toList();
            SearchStatements statements =
                    new SearchStatements(query, terms, new PageOrder(query.sort()), bucketId(bucket));
            int choices = (int) terms.stream()
                            .filter(TermSql::isIndexed)
                            .map(TermSql::field)
                            .distinct()
                            .count()
                    + 1;

            assertBounded(searching(statements.walk(2000)), LIMIT + 1);
            assertNoScan(searching(statements.count(2000, FEW)));
            statements.few(FEW).ifPresent(statement -> assertNoScan(searching(statement)));
            IntStream.range(0, choices).forEach(choice -> assertBounded(sorting(statements.of(choice, FEW)), FEW + 1));
            statements.parts().ifPresent(statement -> assertNoScan(sorting(statement)));
            assertBounded(searching(statements.walk(300_000)), LIMIT + 1);
        }
    }

    @Test
    void takesTheFilesOfATagInTheOrderOfTheirNamesFromItsIndex() {
        ListQuery query = query("", "name", Optional.of("tags.all = \"x\""), Optional.of(Position.after("dir5/5")));
        List<TermSql> terms =
                query.filter().orElseThrow().terms().stream().map(TermSql::new).toList();
        Statement statement =
                new SearchStatements(query, terms, new PageOrder(query.sort()), bucketId(bucket)).walk(2000);

        JsonObject plan = searching(statement);

        assertBounded(plan, LIMIT + 1);
        assertThat(indexes(plan)).contains("file_attribute_pkey", "file_bucket_id_name_key");
        assertThat(nodes(plan).stream()
                        .filter(node -> "file_attribute_pkey".equals(node.getString("Index Name")))
                        .map(node -> node.getString("Index Cond")))
                .allSatisfy(condition -> assertThat(condition).contains("name > "));
    }

    @Test
    void goesThroughEveryPageWhetherFewOrManyFilesMeetTheFilter() {
        for (String filter :
                List.of("tags.project = \"p7\" and tags.all = \"x\"", "tags.all = \"x\" and length >= 4000")) {
            for (String sort : List.of("name", "-name", "-length", "updatedAt")) {
                assertThat(allNames(sort, filter))
                        .as("%s by %s", filter, sort)
                        .doesNotHaveDuplicates()
                        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, FILES)
                                .filter(i -> filter.contains("p7") ? i % 1000 == 7 : i % 5000 >= 4000)
                                .mapToObj(i -> "dir" + i % 10 + "/" + i)
                                .toList());
            }
        }
    }

    private List<String> allNames(String sort, String filter) {
        List<String> names = new ArrayList<>();
        ListQuery query = query("", sort, Optional.of(filter), Optional.empty());
        do {
            FilePage page = await(prepared.list(query));
            page.files().forEach(file -> names.add(file.name().value()));
            query = query.after(page.next());
        } while (query.after().isPresent());
        return names;
    }

    @Test
    void findsPartsOfNamesInTheirIndex() {
        ListQuery query = query("", "name", Optional.of("contains(name, \"r3/7773\")"), Optional.empty());
        List<TermSql> terms =
                query.filter().orElseThrow().terms().stream().map(TermSql::new).toList();

        JsonObject plan = sorting(new SearchStatements(query, terms, new PageOrder(query.sort()), bucketId(bucket))
                .parts()
                .orElseThrow());

        assertThat(indexes(plan)).contains("file_name_parts");
    }

    @Test
    void findsANameInTheIndex() {
        assertThat(await(prepared.find(bucket, new FileName("dir7/2007")))).isPresent();

        String plan = plan("f.name = $2", "'%s', 'dir7/2007'".formatted(bucket));

        assertThat(plan).contains("file_bucket_id_name_key").doesNotContain("Seq Scan on file", "Seq Scan on content");
    }

    private ListQuery query(String prefix, String sort, Optional<String> filter, Optional<Position> after) {
        return new ListQuery(
                bucket,
                prefix,
                Optional.empty(),
                SortOrder.of(sort).orElseThrow(),
                filter.map(Filter::parse),
                after,
                LIMIT);
    }

    private long bucketId(BucketName name) {
        return rows.count("SELECT id FROM bucket WHERE name = $1", name.value());
    }

    /** For these values, and for any. */
    private JsonObject planned(Statement statement) {
        JsonObject any = await(single.withTransaction(connection -> connection
                        .query(IndexOrder.SORT_NOTHING)
                        .execute()
                        .chain(() -> connection
                                .query("EXPLAIN (GENERIC_PLAN, FORMAT JSON) " + statement.sql())
                                .execute())))
                .iterator()
                .next()
                .getJsonArray(0)
                .getJsonObject(0)
                .getJsonObject("Plan");
        assertNoScan(any, "file", "file_attribute");
        return explain("EXPLAIN (FORMAT JSON) " + statement.sql(), statement);
    }

    private JsonObject explain(String sql, Statement statement) {
        return inSearch(IndexOrder.SORT_NOTHING, sql, statement);
    }

    /** As a search carries it out. */
    private JsonObject searching(Statement statement) {
        return inSearch(
                FileSearch.terms(searchConfig.timeout()), "EXPLAIN (FORMAT JSON) " + statement.sql(), statement);
    }

    private JsonObject sorting(Statement statement) {
        return inSearch(
                FileSearch.terms(searchConfig.timeout()) + "; " + FileSearch.SORTING,
                "EXPLAIN (FORMAT JSON) " + statement.sql(),
                statement);
    }

    private JsonObject inSearch(String terms, String sql, Statement statement) {
        return await(single.withTransaction(connection -> connection
                        .query(terms)
                        .execute()
                        .chain(() -> connection
                                .preparedQuery(sql)
                                .execute(statement.binds().tuple()))))
                .iterator()
                .next()
                .getJsonArray(0)
                .getJsonObject(0)
                .getJsonObject("Plan");
    }

    private static void assertBounded(JsonObject plan, int most) {
        assertNoScan(plan);
        assertThat(nodes(plan).stream()
                        .filter(node -> node.getString("Node Type").endsWith("Sort")))
                .as("sorts in %s", plan.encodePrettily())
                .allSatisfy(sort -> assertThat(sort.getInteger("Plan Rows")).isLessThanOrEqualTo(most));
    }

    private static void assertNoScan(JsonObject plan) {
        assertNoScan(plan, "file", "file_attribute", "content");
    }

    private static void assertNoScan(JsonObject plan, String... tables) {
        assertThat(nodes(plan).stream()
                        .filter(node -> node.getString("Node Type").equals("Seq Scan"))
                        .map(node -> node.getString("Relation Name")))
                .as("scans in %s", plan.encodePrettily())
                .doesNotContain(tables);
    }

    private static List<String> indexes(JsonObject plan) {
        return nodes(plan).stream()
                .map(node -> node.getString("Index Name", ""))
                .distinct()
                .toList();
    }

    private static List<JsonObject> nodes(JsonObject plan) {
        List<JsonObject> nodes = new ArrayList<>(List.of(plan));
        JsonArray below = plan.getJsonArray("Plans", new JsonArray());
        IntStream.range(0, below.size()).forEach(i -> nodes.addAll(nodes(below.getJsonObject(i))));
        return nodes;
    }

    private String plan(String statementHolds, String parameters) {
        String name = session.query(
                        "SELECT name FROM pg_prepared_statements WHERE position($1 in statement) > 0"
                                + " AND statement NOT LIKE '%pg_prepared_statements%'",
                        statementHolds)
                .get(0)
                .getString(0);
        return await(single.query("EXPLAIN EXECUTE \"" + name + "\" (" + parameters + ")")
                        .execute())
                .stream()
                .map(row -> row.getString(0))
                .collect(Collectors.joining("\n"));
    }
}
