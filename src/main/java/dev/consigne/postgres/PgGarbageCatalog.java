package dev.consigne.postgres;

import dev.consigne.file.ContentId;
import dev.consigne.file.ContentStates;
import dev.consigne.file.FileConfig;
import dev.consigne.job.Garbage;
import dev.consigne.job.GarbageCatalog;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The transitions of contents that leave. */
@ApplicationScoped
class PgGarbageCatalog implements GarbageCatalog {
    private static final StateChange GIVE_UP = StateChange.of(ContentStates.PENDING.givenUp());
    private static final StateChange SUSPECT = StateChange.of(ContentStates.PENDING.suspected());

    /**
     * That no file refers to it follows from the state; asked again, a mistake elsewhere is a row that stays, not a loss.
     * An array is filled once. With IN, a nested loop may look again for every row, skip those it has locked and so take
     * more than the limit.
     */
    private static final String CLAIM_GARBAGE = StateChange.of(List.of(
                    ContentStates.TOMBSTONED.claimed(),
                    ContentStates.SUSPECT.claimed(),
                    ContentStates.ABORTING.claimed(),
                    ContentStates.PURGING.claimedAgain()))
            .in("""
                    UPDATE content SET {to}, fence = fence + 1, purge_lease = catalog_now() + make_interval(secs => $3)
                    WHERE {from} AND id = ANY (ARRAY(
                        SELECT c.id FROM content c
                        WHERE ((c.state IN ('TOMBSTONED', 'SUSPECT') AND c.purge_after < catalog_now())
                            OR (c.state = 'ABORTING' AND c.aborted_at < catalog_now() - make_interval(secs => $2))
                            OR (c.state = 'PURGING' AND c.purge_lease < catalog_now()))
                          AND NOT EXISTS (SELECT FROM file f WHERE f.content_id = c.id)
                          AND NOT EXISTS (SELECT FROM file_version v WHERE v.content_id = c.id)
                        ORDER BY c.seq LIMIT $1 FOR UPDATE SKIP LOCKED))
                    RETURNING id, fence, chunk_limit, state
                    """);

    /**
     * In the order of its own index: what waits for its day is not read. The offsets keep the look at each row a look: if
     * they are joined, files and versions may be read whole, and sorted.
     */
    private static final String CLAIM_SWEPT =
            StateChange.of(ContentStates.PURGED.claimedForLastSweep()).in("""
                    UPDATE content SET {to}, fence = fence + 1, purge_lease = catalog_now() + make_interval(secs => $3)
                    WHERE {from} AND id = ANY (ARRAY(
                        SELECT c.id FROM content c
                        WHERE c.state = 'PURGED' AND c.purge_lease < catalog_now()
                          AND c.purged_at < catalog_now() - make_interval(secs => $2)
                          AND NOT EXISTS (SELECT FROM file f WHERE f.content_id = c.id OFFSET 0)
                          AND NOT EXISTS (SELECT FROM file_version v WHERE v.content_id = c.id OFFSET 0)
                        ORDER BY c.purged_at LIMIT $1 FOR UPDATE SKIP LOCKED))
                    RETURNING id, fence, chunk_limit, state
                    """);

    private static final StateChange EMPTY = StateChange.of(ContentStates.PURGING.emptied());

    /** One question a state, for which the index has the answer at its beginning. */
    static final String OVERDUE = """
            SELECT greatest(0, extract(epoch FROM catalog_now() - least(
                (SELECT min(lease_until) FROM content WHERE state = 'PENDING'),
                (SELECT min(purge_after) FROM content WHERE state = 'TOMBSTONED'),
                (SELECT min(purge_after) FROM content WHERE state = 'SUSPECT'))))::bigint AS seconds
            """;

    private final PgStore store;
    private final Duration retention;

    PgGarbageCatalog(PgStore store, FileConfig files) {
        this.store = store;
        this.retention = files.retention();
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
        return swapped(store.query(GIVE_UP.in("""
                UPDATE content SET {to}, fence = fence + 1, aborted_at = catalog_now()
                WHERE id = $1 AND {from} AND lease_until < catalog_now()
                """), Tuple.of(contentId.value())));
    }

    @Override
    public Uni<Boolean> suspect(ContentId contentId, Duration retention) {
        return swapped(store.query(SUSPECT.in("""
                UPDATE content SET {to}, fence = fence + 1, aborted_at = catalog_now(),
                       purge_after = catalog_now() + make_interval(secs => $2)
                WHERE id = $1 AND {from} AND lease_until < catalog_now()
                """), Tuple.of(contentId.value(), seconds(retention))));
    }

    @Override
    public Uni<List<Garbage>> claim(int limit, Duration quarantine, Duration claim) {
        return claimed(CLAIM_GARBAGE, Tuple.of(limit, seconds(quarantine), seconds(claim)));
    }

    @Override
    public Uni<List<Garbage>> claimSwept(int limit, Duration lastSweepAfter, Duration claim) {
        return claimed(CLAIM_SWEPT, Tuple.of(limit, seconds(lastSweepAfter), seconds(claim)));
    }

    /** Chunks are removed on the strength of it, so no fail-over may take it back, nor the delete before it. */
    private Uni<List<Garbage>> claimed(String sql, Tuple parameters) {
        return store.confirmed(connection -> connection.preparedQuery(sql).execute(parameters))
                .map(rows -> PgStore.map(rows, PgGarbageCatalog::garbage));
    }

    @Override
    public Uni<Boolean> purged(Garbage garbage) {
        return swapped(store.query(EMPTY.in("""
                UPDATE content SET {to}, purged_at = catalog_now()
                WHERE id = $1 AND {from} AND fence = $2
                """), Tuple.of(garbage.contentId().value(), garbage.fence())));
    }

    @Override
    public Uni<Boolean> drop(Garbage garbage) {
        return swapped(store.query(
                "DELETE FROM content WHERE id = $1 AND state = 'PURGED' AND fence = $2",
                Tuple.of(garbage.contentId().value(), garbage.fence())));
    }

    @Override
    public Uni<Integer> expireVersions(int limit) {
        return store.query("""
                        SELECT file_id, generation FROM file_version WHERE expires_at < catalog_now()
                        ORDER BY expires_at LIMIT $1
                        """, Tuple.of(limit))
                .chain(due -> Multi.createFrom()
                        .iterable(PgStore.map(
                                due,
                                row -> new VersionRemoval(
                                        row.getUUID("file_id"), row.getLong("generation"), retention)))
                        .onItem()
                        .transformToUniAndConcatenate(removal -> store.transaction(removal.expired()::run))
                        .filter(gone -> gone)
                        .collect()
                        .with(Collectors.summingInt(gone -> 1)));
    }

    @Override
    public Uni<Duration> overdue() {
        return store.query(OVERDUE, Tuple.tuple())
                .map(rows -> Duration.ofSeconds(rows.iterator().next().getLong("seconds")));
    }

    @Override
    public Uni<Integer> trimOutbox(Duration age, int limit) {
        return store.query("""
                        DELETE FROM outbox WHERE id IN (
                            SELECT id FROM outbox WHERE created_at < catalog_now() - make_interval(secs => $1)
                            ORDER BY created_at LIMIT $2)
                        """, Tuple.of(seconds(age), limit)).map(RowSet::rowCount);
    }

    @Override
    public Uni<Integer> trimKeys(int limit) {
        return store.query("""
                        DELETE FROM idempotency WHERE (bucket_id, key) IN (
                            SELECT i.bucket_id, i.key FROM idempotency i
                            WHERE i.expires_at < catalog_now()
                              AND NOT EXISTS (SELECT FROM content c WHERE c.id = i.content_id
                                              AND c.state = 'PENDING' AND c.lease_until >= catalog_now())
                            ORDER BY i.expires_at LIMIT $1 FOR UPDATE OF i SKIP LOCKED)
                        """, Tuple.of(limit)).map(RowSet::rowCount);
    }

    private static Uni<Boolean> swapped(Uni<RowSet<Row>> update) {
        return update.map(rows -> rows.rowCount() == 1);
    }

    private static Garbage garbage(Row row) {
        return new Garbage(
                new ContentId(row.getUUID("id")),
                row.getInteger("fence"),
                row.getInteger("chunk_limit"),
                ContentStates.of(row.getString("state")).equals(ContentStates.PURGED));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
