package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BeginOutcome;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentStates;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FilePage;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Labels;
import dev.consigne.file.ListQuery;
import dev.consigne.file.Metadata;
import dev.consigne.file.PendingContent;
import dev.consigne.file.PublishOutcome;
import dev.consigne.file.SearchConfig;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Files and the states of their contents; the transaction that publishes is in {@link Publication}. */
@ApplicationScoped
class PgFileCatalog implements FileCatalog {
    private static final StateChange GIVE_UP = StateChange.of(ContentStates.PENDING.givenUp());
    private static final StateChange FIND_DAMAGED = StateChange.of(ContentStates.LIVE.foundDamaged());

    private static final String FROM_F = "FROM f " + FileRows.JOINS;

    private static final int FIRST_FENCE = 1;

    private final PgStore store;
    private final PgListing listing;
    private final Duration lease;
    private final Duration maxUploadTime;
    private final Duration keyRetention;

    /** For people who look at a running upload: which process it is. */
    private final String owner;

    PgFileCatalog(PgStore store, FileConfig config, SearchConfig search) {
        this.store = store;
        this.listing = new PgListing(store, search.timeout());
        this.lease = config.lease();
        this.maxUploadTime = config.maxUploadTime();
        this.keyRetention = config.idempotencyRetention();
        this.owner = Owner.ofThisProcess();
    }

    @Override
    public Uni<BeginOutcome> begin(
            UploadCommand command, ContentId contentId, int chunkSize, int chunkLimit, long maxLength) {
        PendingContent content = new PendingContent(contentId, FIRST_FENCE, chunkSize, chunkLimit, maxLength);
        return new Intent(store, command, content, owner, lease, maxUploadTime, keyRetention).write();
    }

    @Override
    public Uni<Boolean> renew(PendingContent pending, int chunkLimit) {
        return store.query(
                        """
                        UPDATE content SET lease_until = least(catalog_now() + make_interval(secs => $3), deadline_at),
                               chunk_limit = greatest(chunk_limit, $4)
                        WHERE id = $1 AND state = 'PENDING' AND fence = $2
                          AND (deadline_at IS NULL OR deadline_at > catalog_now())
                        """,
                        Tuple.of(pending.contentId().value(), pending.fence(), lease.toMillis() / 1000.0, chunkLimit))
                .map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Uni<FileRecord> publish(
            PendingContent pending,
            StoredContent content,
            UploadCommand command,
            FileId newFileId,
            Duration retention) {
        return asNewFile(pending, content, command, newFileId)
                .chain(placed -> placed.map(file -> Uni.createFrom().item(file))
                        .orElseGet(() -> store.transaction(connection -> new Publication(
                                        connection,
                                        new NewContent(pending, content, command.bucket()),
                                        pending.contentId(),
                                        content,
                                        command,
                                        newFileId,
                                        retention,
                                        keyRetention)
                                .run())))
                .onFailure(failure -> PgErrors.sqlState(failure).equals(PgErrors.FOREIGN_KEY_VIOLATION))
                .transform(failure -> PgErrors.isOfContent(failure)
                        ? Publication.lost() // its row was removed, long after its lease had lapsed
                        : noBucket(command.bucket())); // deleted while the transaction ran
    }

    private Uni<Optional<FileRecord>> asNewFile(
            PendingContent pending, StoredContent content, UploadCommand command, FileId newFileId) {
        return NewFile.mayBe(command)
                ? store.change(NewFile.SQL, NewFile.parameters(pending, content, command, newFileId))
                        .map(rows -> NewFile.record(rows, command, content))
                : Uni.createFrom().item(Optional.empty());
    }

    /** The update changes nothing; it waits for a publish that holds the row, and its commit for the standby. */
    @Override
    public Uni<PublishOutcome> outcome(PendingContent pending, UploadCommand command) {
        return store.confirmed(connection -> connection
                        .preparedQuery("""
                                UPDATE content SET fence = fence WHERE id = $1
                                RETURNING state, fence, committed_at, file_id, generation, length, chunk_size, sha256, crc32c,
                                          coalesce((SELECT f.created_at FROM file f WHERE f.id = file_id), committed_at)
                                              AS created_at,
                                          coalesce((SELECT f.metadata FROM file f WHERE f.id = file_id), '{}')::text
                                              AS metadata,
                                          coalesce((SELECT f.tags FROM file f WHERE f.id = file_id), '{}') AS tags
                                """)
                        .execute(Tuple.of(pending.contentId().value())))
                .map(rows -> rows.size() == 0
                        ? new PublishOutcome.Lost()
                        : outcome(rows.iterator().next(), pending, command));
    }

    private static PublishOutcome outcome(Row row, PendingContent pending, UploadCommand command) {
        if (row.getOffsetDateTime("committed_at") == null) {
            boolean open = row.getString("state").equals("PENDING") && row.getInteger("fence") == pending.fence();
            return open ? new PublishOutcome.Pending() : new PublishOutcome.Lost();
        }
        return new PublishOutcome.Published(FileRecord.published(
                new FileId(row.getUUID("file_id")),
                command.bucket(),
                command.name(),
                row.getLong("generation"),
                new Labels(
                        command.mediaType(),
                        new Metadata(row.getString("metadata")),
                        FileRows.tags(row.getJsonObject("tags"))),
                FileRows.content(pending.contentId(), row),
                FileRows.instant(row, "created_at"),
                FileRows.instant(row, "committed_at")));
    }

    @Override
    public Uni<Void> abandon(PendingContent pending) {
        return store.query(GIVE_UP.in("""
                        UPDATE content SET {to}, fence = fence + 1, aborted_at = catalog_now()
                        WHERE id = $1 AND {from} AND fence = $2
                        """), Tuple.of(pending.contentId().value(), pending.fence()))
                .replaceWithVoid();
    }

    @Override
    public Uni<Optional<FileRecord>> find(FileId id) {
        return one("f.id = $1", Tuple.of(id.value()));
    }

    @Override
    public Uni<Optional<FileRecord>> find(BucketName bucket, FileName name) {
        return one("b.name = $1 AND f.name = $2", Tuple.of(bucket.value(), name.value()));
    }

    private Uni<Optional<FileRecord>> one(String condition, Tuple parameters) {
        return store.query(
                        "SELECT " + FileRows.COLUMNS + "FROM file f " + FileRows.JOINS + "WHERE " + condition,
                        parameters)
                .map(PgFileCatalog::first);
    }

    @Override
    public Uni<FilePage> list(ListQuery query) {
        return listing.list(query);
    }

    @Override
    public Uni<Optional<FileRecord>> change(FileRecord seen, Labels labels) {
        return store.change("""
                        WITH f AS (UPDATE file SET media_type = $4, metadata = $5::text::jsonb, tags = $6,
                                          metageneration = metageneration + 1, changed_at = catalog_now()
                                   WHERE id = $1 AND generation = $2 AND metageneration = $3 RETURNING *)
                        SELECT\s""" + FileRows.COLUMNS + FROM_F, labelled(seen, labels))
                .map(PgFileCatalog::first);
    }

    /** As {@link #outcome}: the update of nothing waits for the change and for its standby. */
    @Override
    public Uni<Optional<FileRecord>> confirmChanged(FileRecord seen, Labels labels) {
        return store.confirmed(connection -> connection
                        .preparedQuery("""
                                WITH f AS (UPDATE file SET metageneration = metageneration
                                           WHERE id = $1 AND generation = $2 AND metageneration = $3 + 1
                                             AND media_type = $4 AND metadata = $5::text::jsonb AND tags = $6 RETURNING *)
                                SELECT\s""" + FileRows.COLUMNS + FROM_F)
                        .execute(labelled(seen, labels)))
                .map(PgFileCatalog::first);
    }

    private static Tuple labelled(FileRecord seen, Labels labels) {
        Tuple parameters = Tuple.of(seen.id().value(), seen.generation(), seen.metageneration());
        parameters.addString(labels.mediaType().value());
        parameters.addString(labels.metadata().json());
        return parameters.addJsonObject(FileRows.json(labels.tags()));
    }

    private static Optional<FileRecord> first(RowSet<Row> rows) {
        return PgStore.map(rows, FileRows::file).stream().findFirst();
    }

    @Override
    public Uni<Optional<FileRecord>> copy(
            FileRecord source,
            UploadCommand target,
            ContentId attempt,
            FileId newFileId,
            Duration retention,
            long maxLength) {
        return store.transaction(connection -> new Copying(connection, source, target, attempt, keyRetention)
                        .run(newFileId, retention, maxLength))
                .map(Optional::of)
                .onFailure(SharedContent.Gone.class)
                .recoverWithItem(Optional.empty());
    }

    /** As {@link #outcome}: the update waits for a copy that is under way, which has the content's row locked. */
    @Override
    public Uni<Optional<FileRecord>> confirmCopied(FileRecord source, UploadCommand target, ContentId attempt) {
        return store.confirmed(connection -> connection
                        .preparedQuery("UPDATE content SET fence = fence WHERE id = $1")
                        .execute(Tuple.of(source.content().contentId().value()))
                        .chain(() -> connection
                                .preparedQuery("SELECT " + FileRows.COLUMNS + "FROM file f " + FileRows.JOINS
                                        + "WHERE b.name = $1 AND f.name = $2 AND f.made_by = $3")
                                .execute(Tuple.of(
                                        target.bucket().value(), target.name().value(), attempt.value()))))
                .map(PgFileCatalog::first);
    }

    @Override
    public Uni<Optional<FileRecord>> move(FileRecord seen, BucketName bucket, FileName name) {
        return store.transaction(connection -> new Moving(connection, seen, bucket, name).run());
    }

    /** As {@link #confirmChanged}. */
    @Override
    public Uni<Optional<FileRecord>> confirmMoved(FileRecord seen, BucketName bucket, FileName name) {
        return store.confirmed(connection -> connection
                        .preparedQuery("""
                                WITH f AS (UPDATE file SET metageneration = metageneration
                                           WHERE id = $1 AND generation = $5 AND metageneration = $2 + 1 AND name = $4
                                             AND bucket_id = (SELECT id FROM bucket WHERE name = $3) RETURNING *)
                                SELECT\s""" + FileRows.COLUMNS + FROM_F)
                        .execute(Tuple.of(seen.id().value(), seen.metageneration(), bucket.value(), name.value())
                                .addLong(seen.generation())))
                .map(PgFileCatalog::first);
    }

    @Override
    public Uni<Boolean> delete(FileRecord file, Duration retention) {
        return store.change(Deletion.SQL, Deletion.parameters(file, retention, Deletion.QUOTA_NOT_HELD))
                .chain(rows -> Deletion.isForTransaction(rows)
                        ? store.transaction(connection -> new Deletion(connection, file, retention).run())
                        : Uni.createFrom().item(Deletion.isDone(rows)));
    }

    /** As {@link #outcome}. The look at the file comes after the wait, and so sees what was waited for. */
    @Override
    public Uni<Boolean> confirmDeleted(FileRecord file) {
        return store.confirmed(connection -> connection
                .preparedQuery("UPDATE content SET fence = fence WHERE id = $1")
                .execute(Tuple.of(file.content().contentId().value()))
                .chain(() -> connection
                        .preparedQuery("SELECT FROM file WHERE id = $1")
                        .execute(Tuple.of(file.id().value())))
                .map(found -> found.size() == 0));
    }

    @Override
    public Uni<Boolean> markDamaged(ContentId contentId, String finding) {
        return store.query(
                        FIND_DAMAGED.in("UPDATE content SET {to}, damage = $2 WHERE id = $1 AND {from}"),
                        Tuple.of(contentId.value(), new JsonObject().put("finding", finding)))
                .map(rows -> rows.rowCount() == 1);
    }

    static ServiceException noBucket(BucketName bucket) {
        return new ServiceException(
                ErrorCode.BUCKET_NOT_FOUND,
                "There is no bucket '" + bucket + "'. Create it with PUT /api/v1/buckets/" + bucket + ".");
    }
}
