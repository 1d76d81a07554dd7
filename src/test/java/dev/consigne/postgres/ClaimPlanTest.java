package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.PendingContent;
import dev.consigne.testing.CatalogRows;
import dev.consigne.testing.StoreAddresses;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A claim takes no more than its limit, even where the planner would rather look for the rows once for every content. */
@QuarkusTest
class ClaimPlanTest extends WithCatalog {
    private static final Duration QUARANTINE = Duration.ofMinutes(5);
    private static final Duration LAST_SWEEP_AFTER = Duration.ofHours(24);
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration CLAIM = Duration.ofMinutes(10);

    @Inject
    Vertx vertx;

    @Inject
    PgConfig pgConfig;

    @Inject
    FileConfig fileConfig;

    private Pool nested;
    private PgGarbageCatalog garbage;

    @BeforeEach
    void joinByNestedLoopsAlone() {
        PgConnectOptions connection = StoreAddresses.connection();
        for (String way : new String[] {"hashjoin", "mergejoin", "hashagg", "sort", "material"}) {
            connection.addProperty("enable_" + way, "off");
        }
        nested = StoreAddresses.pool(vertx, connection, 1);
        garbage = new PgGarbageCatalog(new PgStore(nested, pgConfig, FileMeters.NOOP), fileConfig);
        rows.repair("DELETE FROM content c WHERE NOT EXISTS (SELECT FROM file f WHERE f.content_id = c.id)"
                + " AND NOT EXISTS (SELECT FROM file_version v WHERE v.content_id = c.id)");
    }

    @AfterEach
    void close() {
        await(nested.close());
    }

    @Test
    void claimsAtMostTheLimitOfTheAborted() {
        for (int i = 0; i < 5; i++) {
            await(catalog.abandon(begin("a")));
        }
        clock.ahead(QUARANTINE.plusSeconds(1));

        assertThat(await(garbage.claim(2, QUARANTINE, CLAIM))).hasSize(2);
    }

    @Test
    void claimsAtMostTheLimitOfThePurged() {
        for (int i = 0; i < 5; i++) {
            PendingContent pending = begin("a");
            rows.repair(
                    "UPDATE content SET state = 'PURGED', purge_lease = now(), purged_at = now() WHERE id = $1",
                    pending.contentId().value());
        }
        clock.ahead(LAST_SWEEP_AFTER.plusSeconds(5));

        assertThat(await(garbage.claimSwept(2, LAST_SWEEP_AFTER, CLAIM))).hasSize(2);
    }

    /** A day of removed contents waits for its last sweep; a step reads of them what it takes. */
    @Test
    void readsNoPurgedContentThatIsNotDue() {
        // Given
        int waiting = 20_000;
        rows.repair("""
                INSERT INTO content (id, state, owner, chunk_size, chunk_limit, purge_lease, purged_at)
                SELECT gen_random_uuid(), 'PURGED', 'test', 65536, 1, now(), now()
                FROM generate_series(1, $1::int)
                """, waiting);
        rows.change("ANALYZE content");

        // When
        Pool single = StoreAddresses.pool(vertx, StoreAddresses.connection(), 1);
        CatalogRows session = new CatalogRows(single);
        new PgGarbageCatalog(new PgStore(single, pgConfig, FileMeters.NOOP), fileConfig)
                .claimSwept(20, LAST_SWEEP_AFTER, CLAIM)
                .await()
                .atMost(BOUND);
        String statement = session.query(
                        "SELECT name FROM pg_prepared_statements WHERE position('c.purged_at <' in statement) > 0"
                                + " AND statement NOT LIKE '%pg_prepared_statements%'")
                .get(0)
                .getString("name");
        String plan = session.query("EXPLAIN (ANALYZE) EXECUTE \"" + statement + "\" (20, 86400, 600)").stream()
                .map(row -> row.getString(0))
                .collect(Collectors.joining("\n"));

        // Then
        assertThat(plan)
                .contains("content_sweeping")
                .doesNotContain("Rows Removed by Filter")
                .doesNotContain("Sort");
        await(single.close());
        rows.repair("DELETE FROM content WHERE owner = 'test'");
    }
}
