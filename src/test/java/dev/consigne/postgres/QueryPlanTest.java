package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileName;
import dev.consigne.file.ListQuery;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.StoreAddresses;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The statements the catalog really sends, explained on the connection that prepared them: none scans the files. */
@QuarkusTest
class QueryPlanTest extends WithCatalog {
    private static final int FILES = 5000;

    /** The limit right above the index: no sort between them, whose cost would grow with the bucket. */
    private static final String PAGE_FROM_INDEX =
            "Limit [^\n]*\n *->  Index Scan using file_bucket_id_name_key on file";

    @Inject
    Vertx vertx;

    @Inject
    FileConfig fileConfig;

    @Inject
    PgConfig pgConfig;

    private Pool single;
    private CatalogRows session;
    private PgFileCatalog prepared;

    @BeforeEach
    void insertManyFiles() {
        single = StoreAddresses.pool(vertx, StoreAddresses.postgres().getPort(), 1);
        session = new CatalogRows(single);
        prepared = new PgFileCatalog(new PgStore(single, pgConfig, FileMeters.NOOP), fileConfig);
        rows.repair("""
                INSERT INTO content (id, state, owner, chunk_size, chunk_limit, chunk_count, length, sha256, crc32c,
                                     committed_at)
                SELECT md5($1 || i)::uuid, 'LIVE', 'test', 65536, 1, 1, 1, sha256(''), 0, now()
                FROM generate_series(1, $2::int) i
                """, bucket.value(), FILES);
        rows.change("""
                INSERT INTO file (id, bucket_id, name, media_type, content_id, length)
                SELECT md5($1 || i)::uuid, b.id, 'dir' || i % 10 || '/' || i, 'text/plain', md5($1 || i)::uuid, 1
                FROM bucket b, generate_series(1, $2::int) i WHERE b.name = $1
                """, bucket.value(), FILES);
        single.query("ANALYZE").execute().await().indefinitely();
    }

    @AfterEach
    void removeThem() {
        await(single.close());
        rows.repair("DELETE FROM file WHERE media_type = 'text/plain' AND name LIKE 'dir%'");
        rows.repair("DELETE FROM content WHERE owner = 'test'");
    }

    @Test
    void listsAPageFromTheIndex() {
        await(prepared.list(new ListQuery(bucket, "dir7/", Optional.of("dir7/2000"), 100)));

        String plan = plan("ORDER BY f.name LIMIT", "'%s', 'dir7/', 'dir70', 'dir7/2000', 101".formatted(bucket));

        assertThat(plan).containsPattern(PAGE_FROM_INDEX).doesNotContain("Seq Scan on file");
    }

    @Test
    void listsTheFirstPageFromTheIndexWithoutSortingTheBucket() {
        await(prepared.list(new ListQuery(bucket, "", Optional.empty(), 100)));

        String plan = plan("ORDER BY f.name LIMIT", "'%s', '', U&'\\+10FFFF', '', 101".formatted(bucket));

        assertThat(plan).containsPattern(PAGE_FROM_INDEX).doesNotContain("Seq Scan on file");
    }

    @Test
    void findsANameInTheIndex() {
        assertThat(await(prepared.find(bucket, new FileName("dir7/2007")))).isPresent();

        String plan = plan("f.name = $2", "'%s', 'dir7/2007'".formatted(bucket));

        assertThat(plan).contains("file_bucket_id_name_key").doesNotContain("Seq Scan on file", "Seq Scan on content");
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
