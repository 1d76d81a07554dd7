package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.file.FileRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema as people meet it with psql: explained, readable through views, safe to hand to a reader. */
@QuarkusTest
class SchemaTest extends WithCatalog {
    private static final String OURS = """
            FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
            WHERE n.nspname = 'public' AND r.relkind IN ('r', 'v') AND r.relname <> 'flyway_schema_history'
            """;

    @Test
    void explainsEveryTableAndView() {
        assertThat(rows.count("SELECT count(*) " + OURS)).isGreaterThanOrEqualTo(8);
        assertThat(rows.query("SELECT r.relname " + OURS + " AND obj_description(r.oid) IS NULL"))
                .isEmpty();
    }

    @Test
    void explainsEveryColumn() {
        List<Row> silent = rows.query("""
                SELECT r.relname || '.' || a.attname FROM pg_attribute a JOIN (SELECT r.oid, r.relname %s) r
                ON r.oid = a.attrelid
                WHERE a.attnum > 0 AND NOT a.attisdropped AND col_description(a.attrelid, a.attnum) IS NULL
                """.formatted(OURS));

        assertThat(silent).extracting(row -> row.getString(0)).isEmpty();
    }

    @Test
    void showsFilesWithTheirContent() {
        FileRecord file = stored("dir/a");

        Row row = rows.query("SELECT * FROM file_current WHERE bucket = $1", bucket.value())
                .get(0);

        assertThat(row.getString("name")).isEqualTo("dir/a");
        assertThat(row.getUUID("id")).isEqualTo(file.id().value());
        assertThat(row.getLong("generation")).isEqualTo(1);
        assertThat(row.getLong("length")).isEqualTo(100);
        assertThat(row.getString("sha256")).isEqualTo(file.content().sha256().hex());
        assertThat(row.getString("content_state")).isEqualTo("LIVE");
    }

    @Test
    void countsFilesAndBytesOfABucket() {
        assertThat(usage().getLong("files")).isZero();
        stored("a");
        stored("a");
        stored("b");

        assertThat(usage().getLong("files")).isEqualTo(2);
        assertThat(usage().getLong("bytes")).isEqualTo(200);
    }

    @Test
    void countsContentsByState() {
        Map<String, Long> before = byState();
        stored("a");
        stored("a");
        begin("b");

        Map<String, Long> after = byState();

        assertThat(after.get("LIVE")).isEqualTo(before.getOrDefault("LIVE", 0L) + 1);
        assertThat(after.get("TOMBSTONED")).isEqualTo(before.getOrDefault("TOMBSTONED", 0L) + 1);
        assertThat(after.get("PENDING")).isEqualTo(before.getOrDefault("PENDING", 0L) + 1);
    }

    @Test
    void letsTheReaderReadTheViewsAndNothingElse() {
        List<Row> readable =
                rows.query("SELECT r.relname " + OURS + " AND has_table_privilege('consigne_reader', r.oid, 'SELECT')");
        List<Row> writable = rows.query("SELECT r.relname " + OURS
                + " AND has_table_privilege('consigne_reader', r.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')");

        assertThat(readable)
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrder("file_current", "bucket_usage", "content_by_state");
        assertThat(writable).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file_current", "bucket_usage", "content_by_state"})
    void theReaderReadsTheView(String view) {
        asReader("SELECT * FROM " + view + " LIMIT 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM file",
                "SELECT cursor_secret FROM store_identity",
                "DELETE FROM file",
                "SELECT * FROM outbox",
                "UPDATE content SET state = 'LIVE'",
                "CREATE TABLE mine (i int)"
            })
    void theReaderIsRefused(String statement) {
        assertThatThrownBy(() -> asReader(statement)).hasMessageContaining("42501");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE content SET state = 'LIVE' WHERE id = $1",
                "UPDATE content SET state = 'UNHEARD_OF' WHERE id = $1",
                "UPDATE content SET chunk_count = chunk_limit + 1 WHERE id = $1",
                "UPDATE content SET crc32c = -1 WHERE id = $1",
                "UPDATE content SET sha256 = '\\x00' WHERE id = $1"
            })
    void refusesRowsThatMakeNoSense(String statement) {
        var pending = begin("a");

        assertThatThrownBy(() -> rows.change(statement, pending.contentId().value()))
                .hasMessageContaining("23514");
    }

    @Test
    void refusesToDropAContentThatAFileRefersTo() {
        FileRecord file = stored("a");

        assertThatThrownBy(() -> rows.repair(
                        "DELETE FROM content WHERE id = $1",
                        file.content().contentId().value()))
                .hasMessageContaining("23503");
    }

    private void asReader(String statement) {
        await(pool.withTransaction(connection -> connection
                .query("SET LOCAL ROLE consigne_reader")
                .execute()
                .chain(() -> connection.query(statement).execute())));
    }

    private Row usage() {
        return rows.query("SELECT * FROM bucket_usage WHERE bucket = $1", bucket.value())
                .get(0);
    }

    private Map<String, Long> byState() {
        Map<String, Long> counts = new HashMap<>();
        rows.query("SELECT state, contents FROM content_by_state")
                .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
        return counts;
    }
}
