package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileMeters;
import dev.consigne.file.PendingContent;
import dev.consigne.testing.StoreAddresses;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A claim takes no more than its limit, even where the planner would rather look for the rows once for every content. */
@QuarkusTest
class ClaimPlanTest extends WithCatalog {
    private static final Duration QUARANTINE = Duration.ofMinutes(5);
    private static final Duration LAST_SWEEP_AFTER = Duration.ofHours(24);
    private static final Duration CLAIM = Duration.ofMinutes(10);

    @Inject
    Vertx vertx;

    @Inject
    PgConfig pgConfig;

    private Pool nested;
    private PgGarbageCatalog garbage;

    @BeforeEach
    void joinByNestedLoopsAlone() {
        PgConnectOptions connection = StoreAddresses.connection();
        for (String way : new String[] {"hashjoin", "mergejoin", "hashagg", "sort", "material"}) {
            connection.addProperty("enable_" + way, "off");
        }
        nested = StoreAddresses.pool(vertx, connection, 1);
        garbage = new PgGarbageCatalog(new PgStore(nested, pgConfig, FileMeters.NOOP));
        rows.repair("DELETE FROM content c WHERE NOT EXISTS (SELECT FROM file f WHERE f.content_id = c.id)");
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

        assertThat(await(garbage.claim(2, QUARANTINE, LAST_SWEEP_AFTER, CLAIM))).hasSize(2);
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

        assertThat(await(garbage.claim(2, QUARANTINE, LAST_SWEEP_AFTER, CLAIM))).hasSize(2);
    }
}
