package dev.consigne.postgres;

import dev.consigne.file.ContentId;
import dev.consigne.job.Garbage;
import dev.consigne.job.GarbageCatalog;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** The transitions of contents that leave. */
@ApplicationScoped
class PgGarbageCatalog implements GarbageCatalog {
    private final PgStore store;

    PgGarbageCatalog(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<List<ContentId>> lapsed(int limit) {
        return store.query("""
                        SELECT id FROM content WHERE state = 'PENDING' AND lease_until < catalog_now()
                        ORDER BY lease_until LIMIT $1
                        """, Tuple.of(limit))
                .map(rows -> PgStore.map(rows, row -> new ContentId(row.getUUID("id"))));
    }

    @Override
    public Uni<Boolean> abort(ContentId contentId) {
        return swapped(store.query("""
                UPDATE content SET state = 'ABORTING', fence = fence + 1, aborted_at = catalog_now()
                WHERE id = $1 AND state = 'PENDING' AND lease_until < catalog_now()
                """, Tuple.of(contentId.value())));
    }

    @Override
    public Uni<Boolean> suspect(ContentId contentId, Duration retention) {
        return swapped(store.query("""
                UPDATE content SET state = 'SUSPECT', fence = fence + 1, aborted_at = catalog_now(),
                       purge_after = catalog_now() + make_interval(secs => $2)
                WHERE id = $1 AND state = 'PENDING' AND lease_until < catalog_now()
                """, Tuple.of(contentId.value(), seconds(retention))));
    }

    @Override
    public Uni<List<Garbage>> claim(int limit, Duration quarantine, Duration lastSweepAfter, Duration claim) {
        return store.query("""
                        UPDATE content SET state = CASE state WHEN 'PURGED' THEN 'PURGED' ELSE 'PURGING' END,
                               fence = fence + 1, purge_lease = catalog_now() + make_interval(secs => $4)
                        WHERE id IN (
                            SELECT c.id FROM content c
                            WHERE ((c.state IN ('TOMBSTONED', 'SUSPECT') AND c.purge_after < catalog_now())
                                OR (c.state = 'ABORTING'
                                    AND c.aborted_at < catalog_now() - make_interval(secs => $2))
                                OR (c.state = 'PURGING' AND c.purge_lease < catalog_now())
                                OR (c.state = 'PURGED' AND c.purge_lease < catalog_now()
                                    AND c.purged_at < catalog_now() - make_interval(secs => $3)))
                              AND NOT EXISTS (SELECT FROM file f WHERE f.content_id = c.id)
                            ORDER BY c.seq LIMIT $1 FOR UPDATE SKIP LOCKED)
                        RETURNING id, fence, chunk_limit, state
                        """, Tuple.of(limit, seconds(quarantine), seconds(lastSweepAfter), seconds(claim)))
                .map(rows -> PgStore.map(rows, PgGarbageCatalog::garbage));
    }

    @Override
    public Uni<Boolean> purged(Garbage garbage) {
        return swapped(store.query("""
                UPDATE content SET state = 'PURGED', purged_at = catalog_now()
                WHERE id = $1 AND state = 'PURGING' AND fence = $2
                """, Tuple.of(garbage.contentId().value(), garbage.fence())));
    }

    @Override
    public Uni<Boolean> drop(Garbage garbage) {
        return swapped(store.query(
                "DELETE FROM content WHERE id = $1 AND state = 'PURGED' AND fence = $2",
                Tuple.of(garbage.contentId().value(), garbage.fence())));
    }

    @Override
    public Uni<Integer> trimOutbox(Duration age, int limit) {
        return store.query("""
                        DELETE FROM outbox WHERE id IN (
                            SELECT id FROM outbox WHERE created_at < catalog_now() - make_interval(secs => $1)
                            ORDER BY created_at LIMIT $2)
                        """, Tuple.of(seconds(age), limit)).map(RowSet::rowCount);
    }

    private static Uni<Boolean> swapped(Uni<RowSet<Row>> update) {
        return update.map(rows -> rows.rowCount() == 1);
    }

    private static Garbage garbage(Row row) {
        return new Garbage(
                new ContentId(row.getUUID("id")),
                row.getInteger("fence"),
                row.getInteger("chunk_limit"),
                row.getString("state").equals("PURGED"));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
