package dev.consigne.postgres;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentState;
import dev.consigne.file.ContentStates;
import dev.consigne.file.FileName;
import dev.consigne.file.Manifest;
import dev.consigne.file.MediaType;
import dev.consigne.file.StoredContent;
import dev.consigne.job.CatalogEntry;
import dev.consigne.job.CheckCatalog;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The catalog for those who compare the stores. */
@ApplicationScoped
class PgCheckCatalog implements CheckCatalog {
    /** Before every id of version 7. */
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final StateChange HEAL = StateChange.of(ContentStates.DAMAGED.healed());

    private static final String CONFIRMED = """
            FROM orphan_candidate
            WHERE last_run = $1 AND sightings >= 2 AND first_seen < catalog_now() - make_interval(secs => $2)
            """;

    /** One statement sees files, versions and the count as they were at one moment. */
    private static final String REFERRING = """
            (SELECT count(*) FROM file f WHERE f.content_id = c.id)
            + (SELECT count(*) FROM file_version v WHERE v.content_id = c.id)
            """;

    private final PgStore store;

    PgCheckCatalog(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<List<CatalogEntry>> published(Optional<ContentId> after, int limit) {
        return store.query(
                        """
                        SELECT c.id, c.state, c.length, c.chunk_size, c.sha256, c.crc32c,
                               b.name AS bucket, n.name, n.media_type, c.refs::bigint AS counted,
                        \s""" + REFERRING + """
                                AS referring
                        FROM content c LEFT JOIN LATERAL (
                            SELECT bucket_id, name, media_type, 1 AS rank FROM file WHERE content_id = c.id
                            UNION ALL
                            SELECT bucket_id, name, media_type, 2 AS rank FROM file_version WHERE content_id = c.id
                            ORDER BY rank LIMIT 1) n ON true
                        LEFT JOIN bucket b ON b.id = n.bucket_id
                        WHERE c.id > $1 AND (c.state IN ('LIVE', 'DAMAGED')
                            OR c.committed_at IS NOT NULL
                            AND (EXISTS (SELECT FROM file f WHERE f.content_id = c.id)
                              OR EXISTS (SELECT FROM file_version v WHERE v.content_id = c.id)))
                        ORDER BY c.id LIMIT $2
                        """,
                        Tuple.of(after.map(ContentId::value).orElse(BEFORE_ALL), limit))
                .map(rows -> PgStore.map(rows, PgCheckCatalog::entry));
    }

    private static CatalogEntry entry(Row row) {
        StoredContent content = FileRows.content(new ContentId(row.getUUID("id")), row);
        Optional<Manifest> file = Optional.ofNullable(row.getString("name"))
                .map(name -> new Manifest(
                        content,
                        new BucketName(row.getString("bucket")),
                        new FileName(name),
                        new MediaType(row.getString("media_type"))));
        return new CatalogEntry(
                content,
                ContentStates.of(row.getString("state")),
                file,
                row.getLong("counted"),
                row.getLong("referring"));
    }

    /** Every id comes back, with or without a state; a short answer would make orphans of the living. */
    @Override
    public Uni<Map<ContentId, ContentState>> states(List<ContentId> ids) {
        return store.query(
                        "SELECT asked.id, c.state FROM unnest($1::uuid[]) AS asked(id) LEFT JOIN content c ON c.id = asked.id",
                        Tuple.of(uuids(ids)))
                .map(rows -> {
                    if (rows.size() != ids.size()) {
                        throw new IllegalStateException(
                                "the catalog answered for " + rows.size() + " of " + ids.size() + " contents");
                    }
                    Map<ContentId, ContentState> states = new HashMap<>();
                    rows.forEach(row -> Optional.ofNullable(row.getString("state"))
                            .ifPresent(state -> states.put(new ContentId(row.getUUID("id")), ContentStates.of(state))));
                    return states;
                });
    }

    @Override
    public Uni<Set<ContentId>> lapsed(List<ContentId> ids) {
        return store.query(
                        "SELECT id FROM content WHERE id = ANY ($1) AND state = 'PENDING' AND lease_until < catalog_now()",
                        Tuple.of(uuids(ids)))
                .map(rows -> Set.copyOf(PgStore.map(rows, row -> new ContentId(row.getUUID("id")))));
    }

    @Override
    public Uni<Boolean> isPublished(ContentId id) {
        return store.query("SELECT FROM content WHERE id = $1 AND state IN ('LIVE', 'DAMAGED')", Tuple.of(id.value()))
                .map(rows -> rows.size() == 1);
    }

    @Override
    public Uni<Void> verified(ContentId id) {
        return store.query(
                        "UPDATE content SET verified_at = catalog_now() WHERE id = $1 AND state = 'LIVE'",
                        Tuple.of(id.value()))
                .replaceWithVoid();
    }

    @Override
    public Uni<Boolean> heal(ContentId id) {
        return store.query(
                        HEAL.in("UPDATE content SET {to}, damage = NULL WHERE id = $1 AND {from}"),
                        Tuple.of(id.value()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Whoever changes the count has the row locked until files and versions have changed too. */
    @Override
    public Uni<Boolean> countUp(ContentId id) {
        return store.transaction(connection -> connection
                        .preparedQuery("SELECT FROM content WHERE id = $1 AND state IN ('LIVE', 'DAMAGED') FOR UPDATE")
                        .execute(Tuple.of(id.value()))
                        .chain(locked -> connection
                                .preparedQuery("UPDATE content c SET refs = " + REFERRING
                                        + "WHERE id = $1 AND state IN ('LIVE', 'DAMAGED') AND refs < " + REFERRING)
                                .execute(Tuple.of(id.value()))))
                .map(updated -> updated.rowCount() == 1);
    }

    @Override
    public Uni<Void> sighted(List<ContentId> ids, long run) {
        if (ids.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return store.query("""
                        INSERT INTO orphan_candidate (content_id, last_run) SELECT id, $2 FROM unnest($1::uuid[]) AS seen(id)
                        ON CONFLICT (content_id) DO UPDATE
                        SET last_seen = catalog_now(), last_run = excluded.last_run,
                            sightings = orphan_candidate.sightings
                                + CASE WHEN orphan_candidate.last_run = excluded.last_run THEN 0 ELSE 1 END
                        """, Tuple.of(uuids(ids), run)).replaceWithVoid();
    }

    @Override
    public Uni<List<ContentId>> confirmedOrphans(long run, Duration grace, Optional<ContentId> after, int limit) {
        return store.query(
                        "SELECT content_id " + CONFIRMED + " AND content_id > $3 ORDER BY content_id LIMIT $4",
                        Tuple.of(
                                run, seconds(grace), after.map(ContentId::value).orElse(BEFORE_ALL), limit))
                .map(rows -> PgStore.map(rows, row -> new ContentId(row.getUUID("content_id"))));
    }

    @Override
    public Uni<Long> countConfirmedOrphans(long run, Duration grace) {
        return store.query("SELECT count(*) AS orphans " + CONFIRMED, Tuple.of(run, seconds(grace)))
                .map(rows -> rows.iterator().next().getLong("orphans"));
    }

    @Override
    public Uni<Void> forgetUnseen(long run) {
        return store.query("DELETE FROM orphan_candidate WHERE last_run < $1", Tuple.of(run))
                .replaceWithVoid();
    }

    /** The fence is not that of any upload: whoever may still write these chunks cannot publish them. */
    @Override
    public Uni<Boolean> handToCollector(ContentId id, int chunkLimit) {
        return store.query("""
                        INSERT INTO content (id, state, fence, lease_until, owner, chunk_size, chunk_limit)
                        VALUES ($1, 'PENDING', 2, '-infinity', 'orphan', 1, $2) ON CONFLICT (id) DO NOTHING
                        """, Tuple.of(id.value(), chunkLimit))
                .map(RowSet::rowCount)
                .map(inserted -> inserted == 1);
    }

    private static UUID[] uuids(List<ContentId> ids) {
        return ids.stream().map(ContentId::value).toArray(UUID[]::new);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
