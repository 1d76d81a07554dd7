package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileId;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileRecord;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoreAddresses;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A file may have very many versions; a page of them is read from the index, and no more than the page. */
@QuarkusTest
class VersionPlanTest extends WithCatalog {
    private static final int VERSIONS = 20_000;

    @Inject
    Vertx vertx;

    @Inject
    PgConfig pgConfig;

    @Test
    void readsAPageOfVersionsAndNotAll() {
        // Given
        FileRecord some = stored("a");
        FileId old = Samples.newFile();
        rows.change("""
                INSERT INTO file_version (file_id, generation, bucket_id, name, media_type, content_id, length,
                                          metageneration, metadata, tags, created_at, updated_at, changed_at, deleted)
                SELECT $1, i, f.bucket_id, 'b', f.media_type, f.content_id, f.length, 1, '{}', '{}', f.created_at,
                       f.updated_at, f.changed_at, false
                FROM file f, generate_series(1, $3::int) i WHERE f.id = $2
                """, old.value(), some.id().value(), VERSIONS);
        rows.change("ANALYZE file_version");
        Pool single = StoreAddresses.pool(vertx, StoreAddresses.connection(), 1);
        try {
            CatalogRows session = new CatalogRows(single);
            PgVersionCatalog versions = new PgVersionCatalog(new PgStore(single, pgConfig, FileMeters.NOOP));

            // When
            assertThat(await(versions.list(old, Long.MAX_VALUE, 10)))
                    .extracting(version -> version.file().generation())
                    .startsWith((long) VERSIONS)
                    .hasSize(10);
            String statement = session.query(
                            "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%file_version%'"
                                    + " AND statement NOT LIKE '%pg_prepared_statements%'")
                    .get(0)
                    .getString("name");
            String plan = session
                    .query("EXPLAIN (ANALYZE) EXECUTE \"%s\" ('%s', 1, %d, 10)"
                            .formatted(statement, old, Long.MAX_VALUE))
                    .stream()
                    .map(row -> row.getString(0))
                    .collect(Collectors.joining("\n"));

            // Then
            assertThat(plan)
                    .contains("file_version_pkey")
                    .doesNotContain("Seq Scan on file_version", "rows=" + VERSIONS + ".00 loops");
        } finally {
            await(single.close());
            rows.repair("DELETE FROM file_version WHERE file_id = $1", old.value());
        }
    }
}
