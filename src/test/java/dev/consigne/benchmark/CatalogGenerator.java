package dev.consigne.benchmark;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills a catalog with as many files as one likes, by SQL alone: each with a content of its own, in one bucket, 1,000 a
 * customer in folders by year and month. Rows are inserted in the order of their keys, without triggers, and indexes are
 * made afterwards: minutes instead of hours.
 */
final class CatalogGenerator {
    static final String BUCKET = "listing";

    /** In names, and so is everything else derived from the number of a file. */
    private static final String KIND =
            "(ARRAY['invoice','report','photo','contract','note','scan','invoice','photo'])[1 + h % 8]";

    private static final int BATCH = 500_000;

    private final Connection connection;
    private final long files;
    private long reported = System.nanoTime();

    CatalogGenerator(Connection connection, long files) {
        this.connection = connection;
        this.files = files;
    }

    void fill() throws SQLException {
        execute("SET session_replication_role = replica"); // no triggers; the rows are what they would let in
        execute("SET synchronous_commit = off");
        execute("SET maintenance_work_mem = '1GB'");
        execute("SET max_parallel_maintenance_workers = 3");
        execute("INSERT INTO bucket (name, searchable) VALUES ('%s', '{author,year}')".formatted(BUCKET));
        Map<String, String> later = withoutIndexes();
        for (long from = 0; from < files; from += BATCH) {
            long to = Math.min(files, from + BATCH) - 1;
            contents(from, to);
            files(from, to);
        }
        report("rows of contents and files");
        attributes();
        report("attributes");
        for (Map.Entry<String, String> index : later.entrySet()) {
            execute(index.getValue());
            report(index.getKey());
        }
        execute("VACUUM (ANALYZE) bucket, content, file, file_attribute");
        report("vacuum and analyse");
    }

    private void contents(long from, long to) throws SQLException {
        execute("""
                INSERT INTO content (id, state, owner, chunk_size, chunk_limit, chunk_count, length, sha256, crc32c,
                                     file_id, generation, committed_at, bucket_id)
                SELECT n.id, 'LIVE', 'generator', 1048576, 5, 1 + n.length / 1048576, n.length, sha256(n.i::text::bytea), n.h,
                       n.id, 1, now(), b.id
                FROM %s n, bucket b WHERE b.name = '%s' ORDER BY n.i
                """.formatted(numbers(from, to), BUCKET));
    }

    private void files(long from, long to) throws SQLException {
        execute("""
                INSERT INTO file (id, bucket_id, name, media_type, content_id, length, created_at, updated_at, changed_at,
                                  tags, metadata)
                SELECT n.id, b.id,
                       'customers/c-' || lpad((n.i / 1000)::text, 5, '0') || '/' || 2020 + n.i %% 1000 / 144 || '/'
                           || lpad((1 + n.i %% 144 / 12)::text, 2, '0') || '/' || lpad(n.i::text, 8, '0') || '-' || n.kind
                           || '.' || n.suffix,
                       n.media_type, n.id, n.length, n.created, n.created + interval '1 h', n.created + interval '1 h',
                       jsonb_strip_nulls(jsonb_build_object('project', 'p-' || n.h %% 2000,
                           'status', CASE WHEN n.i %% 4 = 0 THEN (ARRAY['draft','review','final'])[1 + n.h %% 3] END)),
                       CASE WHEN n.i %% 2 = 0 THEN '{}'
                            ELSE jsonb_build_object('author', 'author ' || n.h %% 50000, 'year', 2000 + n.h %% 27,
                                                    'note', 'kept and not searched') END
                FROM %s n, bucket b WHERE b.name = '%s' ORDER BY n.i
                """.formatted(numbers(from, to), BUCKET));
    }

    /** A hash of the number makes values that are spread and the same in every run. */
    private static String numbers(long from, long to) {
        return """
                (SELECT i, h, ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid AS id, %s AS kind,
                        (ARRAY['pdf','pdf','jpg','pdf','txt','tif','pdf','jpg'])[1 + h %% 8] AS suffix,
                        (ARRAY['application/pdf','application/pdf','image/jpeg','application/pdf','text/plain','image/tiff',
                               'application/pdf','image/jpeg'])[1 + h %% 8] AS media_type,
                        (h * 7919) %% 5000000 AS length,
                        timestamptz '2020-01-01T00:00:00Z' + (h * 104729) %% 200000000 * interval '1 s' AS created
                 FROM (SELECT i, (hashint8(i)::bigint + 2147483648) AS h FROM generate_series(%d::bigint, %d::bigint) i) h)
                """.formatted(KIND, from, to);
    }

    private void attributes() throws SQLException {
        execute("""
                INSERT INTO file_attribute (bucket_id, field, value, name)
                SELECT f.bucket_id, a.field, a.value, f.name FROM file f JOIN bucket b ON b.id = f.bucket_id,
                       search_attributes(f.tags, f.metadata, b.searchable) a
                WHERE b.name = '%s'
                """.formatted(BUCKET));
    }

    /** Drops every index of the large tables, and tells how to make each again. */
    private Map<String, String> withoutIndexes() throws SQLException {
        Map<String, String> constraints = new LinkedHashMap<>();
        Map<String, String> indexes = new LinkedHashMap<>();
        List<String> drops = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("""
                        SELECT c.relname, t.relname, pg_get_indexdef(i.indexrelid), pg_get_constraintdef(k.oid)
                        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
                        LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u')
                        WHERE t.relname IN ('content', 'file', 'file_attribute') AND t.relnamespace = 'public'::regnamespace
                        """)) {
            while (found.next()) {
                String index = found.getString(1);
                String table = found.getString(2);
                if (found.getString(4) == null) {
                    drops.add("DROP INDEX " + index);
                    indexes.put(index, found.getString(3));
                } else if (!table.equals("content")) { // the files refer to it
                    drops.add("ALTER TABLE %s DROP CONSTRAINT %s".formatted(table, index));
                    constraints.put(
                            index, "ALTER TABLE %s ADD CONSTRAINT %s %s".formatted(table, index, found.getString(4)));
                }
            }
        }
        for (String drop : drops) {
            execute(drop);
        }
        constraints.putAll(indexes);
        return constraints;
    }

    private void report(String what) {
        long now = System.nanoTime();
        System.out.printf("generator: %s, %d s%n", what, (now - reported) / 1_000_000_000L);
        reported = now;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
