package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
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

/** Makes files of contents that lost their rows. Locks in the order of {@link Publication}. */
@ApplicationScoped
class PgAdoption implements AdoptionCatalog {
    private static final StateChange ADOPT = StateChange.of(ContentStates.SUSPECT.adopted());

    private final PgStore store;

    PgAdoption(PgStore store) {
        this.store = store;
    }

    /** Nobody holds the fence of such a row: an upload that may still run somewhere cannot publish into it. */
    @Override
    public Uni<Void> takeIn(Manifest manifest, Duration retention) {
        StoredContent content = manifest.content();
        Tuple parameters = Tuple.of(
                content.contentId().value(),
                content.layout().chunkSize(),
                content.layout().chunkCount(),
                content.layout().length());
        parameters.addBuffer(Buffer.buffer(content.sha256().bytes())).addLong(content.crc32c());
        parameters.addDouble(retention.toMillis() / 1000.0);
        return store.query("""
                        INSERT INTO content (id, state, fence, owner, chunk_size, chunk_limit, chunk_count, length, sha256,
                                             crc32c, aborted_at, purge_after)
                        VALUES ($1, 'SUSPECT', 2, 'adoption', $2, $3, $3, $4, $5, $6, catalog_now(),
                                catalog_now() + make_interval(secs => $7))
                        ON CONFLICT (id) DO NOTHING
                        """, parameters).replaceWithVoid();
    }

    @Override
    public Uni<Adoption> adopt(Manifest manifest, FileId newFileId) {
        return store.transaction(connection -> bucketId(connection, manifest)
                        .chain(bucket -> bucket.size() == 0
                                ? Uni.createFrom().item(Adoption.NO_BUCKET)
                                : create(connection, bucket.iterator().next().getLong("id"), manifest, newFileId)))
                .onFailure(PgAdoption::isLost)
                .recoverWithItem(Adoption.NOT_SUSPECT);
    }

    private static Uni<RowSet<Row>> bucketId(SqlConnection connection, Manifest manifest) {
        return execute(
                connection,
                "SELECT id FROM bucket WHERE name = $1 FOR SHARE",
                Tuple.of(manifest.bucket().value()));
    }

    private static Uni<Adoption> create(SqlConnection connection, long bucket, Manifest manifest, FileId newFileId) {
        return execute(
                        connection,
                        """
                        INSERT INTO file (id, bucket_id, name, media_type, content_id, length)
                        VALUES ($1, $2, $3, $4, $5, $6)
                        ON CONFLICT (bucket_id, name) DO NOTHING RETURNING id, created_at, updated_at
                        """,
                        Tuple.of(
                                newFileId.value(),
                                bucket,
                                manifest.name().value(),
                                manifest.mediaType().value(),
                                manifest.content().contentId().value(),
                                manifest.content().layout().length()))
                .chain(created -> created.size() == 0
                        ? Uni.createFrom().item(Adoption.NAME_TAKEN)
                        : makeLive(connection, manifest, newFileId)
                                .chain(() -> new QuotaRow(connection, manifest.bucket())
                                        .change(manifest.content().layout().length()))
                                .chain(() -> tell(
                                        connection, manifest, created.iterator().next(), newFileId))
                                .replaceWith(Adoption.ADOPTED));
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
                        UPDATE content SET {to}, committed_at = catalog_now(), purge_after = NULL, file_id = $2,
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

    private static Uni<RowSet<Row>> execute(SqlConnection connection, String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }
}
