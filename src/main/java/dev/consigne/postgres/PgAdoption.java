package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentStates;
import dev.consigne.file.FileId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Labels;
import dev.consigne.file.Manifest;
import dev.consigne.file.Metadata;
import dev.consigne.file.StoredContent;
import dev.consigne.file.Tags;
import dev.consigne.job.AdoptionCatalog;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes files of contents that lost their rows. Locks in the order of {@link Publication}. */
@ApplicationScoped
class PgAdoption implements AdoptionCatalog {
    private static final StateChange ADOPT = StateChange.of(ContentStates.SUSPECT.adopted());

    private static final StateChange SUSPECT = StateChange.of(ContentStates.PENDING.suspected());

    /** Before every id of version 7. */
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    /** Nobody holds the fence of such a row: an upload that may still run somewhere cannot publish into it. */
    private static final String TAKE_IN = """
            INSERT INTO content (id, state, fence, owner, chunk_size, chunk_limit, chunk_count, length, sha256, crc32c,
                                 aborted_at, purge_after)
            VALUES ($1, 'SUSPECT', 2, 'adoption', $2, $3, $3, $4, $5, $6, catalog_now(), %s)
            ON CONFLICT (id) DO NOTHING
            """;

    private final PgStore store;

    PgAdoption(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<Void> note(List<Claim> claims, long run) {
        if (claims.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return store.query(
                        """
                        INSERT INTO adoption_claim (content_id, bucket, name, whole, last_run)
                        SELECT content_id, bucket, name, whole, $5
                        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[])
                             AS seen(content_id, bucket, name, whole)
                        ON CONFLICT (content_id) DO UPDATE
                        SET bucket = excluded.bucket, name = excluded.name, whole = excluded.whole,
                            last_run = excluded.last_run
                        """,
                        Tuple.of(
                                claims.stream()
                                        .map(claim -> claim.manifest()
                                                .content()
                                                .contentId()
                                                .value())
                                        .toArray(UUID[]::new),
                                claims.stream()
                                        .map(claim -> claim.manifest().bucket().value())
                                        .toArray(String[]::new),
                                claims.stream()
                                        .map(claim -> claim.manifest().name().value())
                                        .toArray(String[]::new),
                                claims.stream().map(Claim::whole).toArray(Boolean[]::new),
                                run))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> forgetUnseen(long run) {
        return store.query("DELETE FROM adoption_claim WHERE last_run < $1", Tuple.of(run))
                .replaceWithVoid();
    }

    @Override
    public Uni<List<Claimant>> claimants(long run, Optional<ContentId> after, int limit) {
        return store.query("""
                        SELECT c.content_id, c.unwanted,
                               NOT EXISTS (SELECT FROM adoption_claim r
                                           WHERE r.bucket = c.bucket AND r.name = c.name
                                             AND r.content_id <> c.content_id AND NOT r.unwanted) AS alone
                        FROM adoption_claim c
                        WHERE c.last_run = $1 AND (c.whole OR c.unwanted) AND c.content_id > $2
                        ORDER BY c.content_id LIMIT $3
                        """, Tuple.of(run, after.map(ContentId::value).orElse(BEFORE_ALL), limit))
                .map(rows -> PgStore.map(
                        rows,
                        row -> new Claimant(
                                new ContentId(row.getUUID("content_id")),
                                row.getBoolean("alone"),
                                row.getBoolean("unwanted"))));
    }

    @Override
    public Uni<Void> letGo(Manifest manifest, Duration retention) {
        Tuple parameters = row(manifest.content()).addDouble(retention.toMillis() / 1000.0);
        return store.query(TAKE_IN.formatted("catalog_now() + make_interval(secs => $7)"), parameters)
                .replaceWithVoid();
    }

    @Override
    public Uni<Adoption> adopt(Manifest manifest, FileId newFileId) {
        return store.transaction(connection -> bucketId(connection, manifest)
                        .chain(bucket -> bucket.size() == 0
                                ? Uni.createFrom().item(Adoption.NO_BUCKET)
                                : adopt(connection, bucket.iterator().next().getLong("id"), manifest, newFileId)))
                .onFailure(PgAdoption::isLost)
                .recoverWithItem(Adoption.NOT_SUSPECT)
                .onFailure(failure -> PgErrors.sqlState(failure).equals(PgErrors.UNIQUE_VIOLATION))
                .recoverWithItem(Adoption.NAME_TAKEN);
    }

    /** A row that would be removed one day is not made for a content before its name is known to be free. */
    private static Uni<Adoption> adopt(SqlConnection connection, long bucket, Manifest manifest, FileId newFileId) {
        ContentId id = manifest.content().contentId();
        return execute(
                        connection,
                        "SELECT content_id FROM file WHERE bucket_id = $1 AND name = $2",
                        Tuple.of(bucket, manifest.name().value()))
                .chain(taken -> taken.size() == 0
                        ? create(connection, bucket, manifest, newFileId)
                        : Uni.createFrom()
                                .item(
                                        taken.iterator()
                                                        .next()
                                                        .getUUID("content_id")
                                                        .equals(id.value())
                                                ? Adoption.ADOPTED // by a transaction whose answer was lost
                                                : Adoption.NAME_TAKEN));
    }

    private static Uni<RowSet<Row>> bucketId(SqlConnection connection, Manifest manifest) {
        return execute(
                connection,
                "SELECT id FROM bucket WHERE name = $1 FOR SHARE",
                Tuple.of(manifest.bucket().value()));
    }

    private static Uni<Adoption> create(SqlConnection connection, long bucket, Manifest manifest, FileId newFileId) {
        return execute(connection, TAKE_IN.formatted("NULL"), row(manifest.content()))
                .chain(() -> execute(
                        connection,
                        """
                        INSERT INTO file (id, bucket_id, name, media_type, content_id, length)
                        VALUES ($1, $2, $3, $4, $5, $6) RETURNING created_at, updated_at
                        """,
                        Tuple.of(
                                newFileId.value(),
                                bucket,
                                manifest.name().value(),
                                manifest.mediaType().value(),
                                manifest.content().contentId().value(),
                                manifest.content().layout().length())))
                .call(() -> suspect(connection, manifest.content().contentId()))
                .call(() -> makeLive(connection, manifest, newFileId))
                .call(() -> new QuotaRow(connection, manifest.bucket())
                        .change(manifest.content().layout().length()))
                .call(created -> tell(connection, manifest, created.iterator().next(), newFileId))
                .replaceWith(Adoption.ADOPTED);
    }

    /** As the collector does it with an upload that lost its lease; nobody can publish it from here on. */
    private static Uni<RowSet<Row>> suspect(SqlConnection connection, ContentId id) {
        return execute(connection, SUSPECT.in("""
                UPDATE content SET {to}, fence = fence + 1, aborted_at = catalog_now()
                WHERE id = $1 AND {from} AND lease_until < catalog_now()
                """), Tuple.of(id.value()));
    }

    private static Uni<Void> makeLive(SqlConnection connection, Manifest manifest, FileId newFileId) {
        StoredContent content = manifest.content();
        Tuple parameters = Tuple.of(
                content.contentId().value(),
                newFileId.value(),
                content.layout().length(),
                content.layout().chunkCount());
        parameters.addBuffer(Buffer.buffer(content.sha256().bytes())).addLong(content.crc32c());
        return execute(connection, ADOPT.in("""
                        UPDATE content SET {to}, committed_at = catalog_now(), purge_after = NULL, lease_until = NULL, file_id = $2,
                               generation = 1, length = $3, chunk_count = $4, sha256 = $5, crc32c = $6
                        WHERE id = $1 AND {from}
                        """), parameters)
                .invoke(updated -> {
                    if (updated.rowCount() != 1) {
                        throw new ServiceException(ErrorCode.UPLOAD_LOST, "The content is no longer SUSPECT.");
                    }
                })
                .replaceWithVoid();
    }

    /** The transaction was undone: whoever changed the state decided otherwise. */
    private static boolean isLost(Throwable failure) {
        return failure instanceof ServiceException service && service.code() == ErrorCode.UPLOAD_LOST;
    }

    private static Uni<Void> tell(SqlConnection connection, Manifest manifest, Row created, FileId newFileId) {
        FileRecord file = FileRecord.published(
                newFileId,
                manifest.bucket(),
                manifest.name(),
                1,
                new Labels(manifest.mediaType(), Metadata.NONE, Tags.NONE),
                manifest.content(),
                FileRows.instant(created, "created_at"),
                FileRows.instant(created, "updated_at"));
        return execute(
                        connection,
                        "INSERT INTO outbox (event, payload) VALUES ('file.stored', $1)",
                        Tuple.of(Publication.payload(file)))
                .replaceWithVoid();
    }

    private static Tuple row(StoredContent content) {
        Tuple row = Tuple.of(
                content.contentId().value(),
                content.layout().chunkSize(),
                content.layout().chunkCount(),
                content.layout().length());
        return row.addBuffer(Buffer.buffer(content.sha256().bytes())).addLong(content.crc32c());
    }

    private static Uni<RowSet<Row>> execute(SqlConnection connection, String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }
}
