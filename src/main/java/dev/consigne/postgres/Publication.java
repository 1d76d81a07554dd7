package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentStates;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Labels;
import dev.consigne.file.Metadata;
import dev.consigne.file.Preconditions;
import dev.consigne.file.Sha256;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import dev.consigne.file.Validators;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that makes a content visible. It locks bucket, file, contents, key and quota in this order, as every
 * transaction that touches two of them does, so that no two can wait for each other.
 */
final class Publication {
    /** More than a few are only needed where a name is deleted and stored again all the time. */
    private static final int ATTEMPTS = 10;

    private static final StateChange RELEASE =
            StateChange.of(ContentStates.LIVE.released(), ContentStates.DAMAGED.released());

    /**
     * What a file of the name $3 in {@code b} was when it was deleted: storing the name again goes on with it, with $1 if
     * there are several. Only its newest generation counts, so that no generation is ever given twice.
     */
    private static final String DELETED = """
            SELECT d.file_id, d.generation, d.created_at FROM file_version d
            WHERE d.bucket_id = b.id AND d.name = $3 AND d.deleted
              AND NOT EXISTS (SELECT FROM file l WHERE l.id = d.file_id)
              AND NOT EXISTS (SELECT FROM file_version n WHERE n.file_id = d.file_id AND n.generation > d.generation)
            ORDER BY (d.file_id = $1) DESC, d.replaced_at DESC, d.file_id LIMIT 1
            """;

    /** Columns of the file's row that {@link #record(Row, UploadCommand, StoredContent)} reads. */
    static final String PLACED =
            "id, name, generation, media_type, metadata::text AS metadata, tags, created_at, updated_at";

    private final SqlConnection connection;
    private final Binding binding;
    private final ContentId attempt;
    private final StoredContent content;
    private final UploadCommand command;
    private final UploadTerms terms;
    private final FileId newFileId;
    private final Duration retention;
    private final Duration keyRetention;
    private boolean replacesItself;
    private long replacedBytes;
    private boolean hasQuota;

    /**
     * What makes the content that of the file the transaction has placed, and says whether its bucket has a quota. It is
     * the last to lock a content.
     */
    interface Binding {
        Uni<Boolean> bind(SqlConnection connection, FileRecord file);
    }

    /** @param attempt what holds the key, if there is one */
    Publication(
            SqlConnection connection,
            Binding binding,
            ContentId attempt,
            StoredContent content,
            UploadCommand command,
            FileId newFileId,
            Duration retention,
            Duration keyRetention) {
        this.connection = connection;
        this.binding = binding;
        this.attempt = attempt;
        this.content = content;
        this.command = command;
        this.terms = command.terms();
        this.newFileId = newFileId;
        this.retention = retention;
        this.keyRetention = keyRetention;
    }

    Uni<FileRecord> run() {
        return place(ATTEMPTS)
                .call(file -> binding.bind(connection, file).invoke(quota -> hasQuota = quota))
                .call(() -> replacesItself
                        ? tombstone(content.contentId().value())
                        : Uni.createFrom().voidItem())
                .call(file -> command.key().isPresent()
                        ? keepAnswer(file, command.key().get())
                        : Uni.createFrom().voidItem())
                .call(this::settle)
                .call(file -> execute(
                        "INSERT INTO outbox (event, payload) VALUES ('file.stored', $1)", Tuple.of(payload(file))));
    }

    /** Others may delete the file and create it again between two statements of ours, so both ways are tried in turn. */
    private Uni<FileRecord> place(int attempts) {
        if (terms.onto().isPresent() || terms.preconditions().ifMatch().isPresent()) {
            return lockBucket().chain(this::find).chain(found -> found.size() == 1 ? replace(found) : refuseAbsent());
        }
        return create().chain(created -> created.size() == 1
                ? numbered(record(created))
                : find().chain(found -> found.size() == 1 ? replace(found) : placeAgain(attempts - 1)));
    }

    /** As {@link #create} does: from here on nobody says whether it keeps versions, or counts what is used. */
    private Uni<RowSet<Row>> lockBucket() {
        return execute(
                "SELECT FROM bucket WHERE name = $1 FOR KEY SHARE",
                Tuple.of(command.bucket().value()));
    }

    private Uni<FileRecord> refuseAbsent() {
        terms.preconditions().requireForChange(Optional.empty());
        throw new ServiceException(
                ErrorCode.FILE_NOT_FOUND, "The file whose content this was to be is gone. Nothing was stored.");
    }

    private Uni<FileRecord> placeAgain(int attempts) {
        return execute(
                        "SELECT 1 FROM bucket WHERE name = $1",
                        Tuple.of(command.bucket().value()))
                .chain(buckets -> {
                    if (buckets.size() == 0) {
                        throw PgFileCatalog.noBucket(command.bucket());
                    }
                    if (attempts == 0) {
                        throw new ServiceException(
                                ErrorCode.STORE_UNAVAILABLE, "The file keeps being replaced; try again.");
                    }
                    return place(attempts);
                });
    }

    /** No row if the name is taken, or if there is no such bucket. Locks the bucket: nobody sets its quota from here on. */
    private Uni<RowSet<Row>> create() {
        Labels labels = command.labels();
        return execute(
                """
                INSERT INTO file (id, bucket_id, name, media_type, content_id, length, metadata, tags, made_by, generation,
                                  created_at)
                SELECT coalesce(v.file_id, $1), b.id, $3, $4, $5, $6, $7::text::jsonb, $8, $9,
                       coalesce(v.generation + 1, 1), coalesce(v.created_at, catalog_now())
                FROM bucket b LEFT JOIN LATERAL (\s""" + DELETED + """
                ) v ON true WHERE b.name = $2 FOR KEY SHARE OF b
                ON CONFLICT DO NOTHING
                RETURNING\s""" + PLACED,
                Tuple.of(newFileId.value(), command.bucket().value())
                        .addString(command.name().value())
                        .addString(labels.mediaType().value())
                        .addUUID(content.contentId().value())
                        .addLong(content.layout().length())
                        .addString(labels.metadata().json())
                        .addJsonObject(FileRows.json(labels.tags()))
                        .addUUID(madeBy()));
    }

    /** An upload is known by the content it brings. */
    private @Nullable UUID madeBy() {
        return attempt.equals(content.contentId()) ? null : attempt.value();
    }

    /**
     * A file that came back: between the look at what it was and its new row it may have come back and gone again. With
     * the row there it cannot, so what is read now is right. It comes back with no generation a second time: what is
     * published from here on may go without a trace, and would be numbered again.
     */
    private Uni<FileRecord> numbered(FileRecord file) {
        if (file.generation() == 1) {
            return Uni.createFrom().item(file);
        }
        return execute("""
                        WITH back AS (UPDATE file_version SET deleted = false WHERE file_id = $1 AND deleted)
                        UPDATE file SET generation = greatest(generation,
                               (SELECT max(v.generation) + 1 FROM file_version v WHERE v.file_id = $1))
                        WHERE id = $1
                        RETURNING\s""" + PLACED, Tuple.of(file.id().value())).map(this::record);
    }

    /** No row if the name is free, or if there is no such bucket. Locks the file. */
    private Uni<RowSet<Row>> find() {
        return execute(
                """
                SELECT f.id, f.content_id, f.updated_at, b.versioned FROM file f JOIN bucket b ON b.id = f.bucket_id
                WHERE b.name = $1 AND CASE WHEN $3::uuid IS NULL THEN f.name = $2 ELSE f.id = $3 END
                FOR UPDATE OF f
                """,
                Tuple.of(command.bucket().value(), command.name().value())
                        .addUUID(terms.onto().map(FileId::value).orElse(null)));
    }

    private Uni<FileRecord> replace(RowSet<Row> found) {
        Row row = found.iterator().next();
        boolean versioned = row.getBoolean("versioned");
        UUID replaced = row.getUUID("content_id");
        replacesItself =
                !versioned && replaced.equals(content.contentId().value()); // given up only once it is had again
        return requireState(row)
                .chain(() ->
                        versioned ? keep(row.getUUID("id")) : Uni.createFrom().voidItem())
                .chain(() -> pointToContent(row.getUUID("id")))
                .call(() -> versioned || replacesItself ? Uni.createFrom().voidItem() : tombstone(replaced));
    }

    /** What the file has been stays, and with it the reference to its content. */
    private Uni<Void> keep(UUID fileId) {
        return execute(VersionRows.KEEP.formatted("false", "file f WHERE f.id = $1"), Tuple.of(fileId))
                .replaceWithVoid();
    }

    private Uni<FileRecord> pointToContent(UUID fileId) {
        return execute(
                        """
                        UPDATE file SET content_id = $2, length = $3, media_type = $4, generation = generation + 1,
                               metageneration = 1, updated_at = catalog_now(), changed_at = catalog_now(),
                               metadata = coalesce($5::text::jsonb, metadata), tags = coalesce($6, tags), made_by = $7
                        WHERE id = $1
                        RETURNING\s""" + PLACED,
                        Tuple.of(fileId, content.contentId().value())
                                .addLong(content.layout().length())
                                .addString(command.mediaType().value())
                                .addString(terms.metadata().map(Metadata::json).orElse(null))
                                .addJsonObject(terms.tags().map(FileRows::json).orElse(null))
                                .addUUID(madeBy()))
                .map(this::record);
    }

    private Uni<Void> tombstone(UUID replaced) {
        return execute(RELEASE.withLastReference("""
                        UPDATE content SET {to}, tombstoned_at = CASE WHEN refs = 1 THEN catalog_now() END,
                               purge_after = CASE WHEN refs = 1 THEN catalog_now() + make_interval(secs => $2) END
                        WHERE id = $1 AND {from} RETURNING length
                        """), Tuple.of(replaced, retention.toMillis() / 1000.0))
                .invoke(rows -> rows.forEach(row -> replacedBytes = row.getLong("length")))
                .replaceWithVoid();
    }

    /** Only the attempt that holds the key is published under it; the time it is kept begins now. */
    private Uni<Void> keepAnswer(FileRecord file, IdempotencyKey key) {
        Tuple parameters = Tuple.of(command.bucket().value(), key.value(), attempt.value());
        parameters.addJsonObject(KeptAnswer.json(file)).addDouble(keyRetention.toMillis() / 1000.0);
        return execute("""
                        UPDATE idempotency i SET answer = $4, expires_at = catalog_now() + make_interval(secs => $5)
                        FROM bucket b
                        WHERE b.name = $1 AND i.bucket_id = b.id AND i.key = $2 AND i.content_id = $3
                        """, parameters).invoke(Publication::requireOne).replaceWithVoid();
    }

    /** Nothing for a bucket without a quota, which is known without another statement. */
    private Uni<Void> settle(FileRecord file) {
        if (!hasQuota) {
            return Uni.createFrom().voidItem();
        }
        QuotaRow row = new QuotaRow(connection, command.bucket());
        return row.without(attempt)
                .invoke(found -> found.ifPresent(quota -> quota.require(file.length())))
                .chain(() -> row.change(file.length() - replacedBytes));
    }

    static void requireOne(RowSet<Row> rows) {
        if (rows.rowCount() != 1) {
            throw lost();
        }
    }

    static ServiceException lost() {
        return new ServiceException(
                ErrorCode.UPLOAD_LOST, "The upload lost its lease and was given up. Upload it again.");
    }

    private Uni<RowSet<Row>> execute(String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }

    private FileRecord record(RowSet<Row> rows) {
        return record(rows.iterator().next(), command, content);
    }

    /** @param row with {@link #PLACED} */
    static FileRecord record(Row row, UploadCommand command, StoredContent content) {
        return FileRecord.published(
                new FileId(row.getUUID("id")),
                command.bucket(),
                new FileName(row.getString("name")),
                row.getLong("generation"),
                FileRows.labels(row),
                content,
                FileRows.instant(row, "created_at"),
                FileRows.instant(row, "updated_at"));
    }

    /** The file is locked. Its content is looked up only now: the statement that waited may have joined an older one. */
    private Uni<Void> requireState(Row file) {
        if (terms.preconditions().equals(Preconditions.NONE)) {
            return Uni.createFrom().voidItem();
        }
        return execute("SELECT sha256 FROM content WHERE id = $1", Tuple.of(file.getUUID("content_id")))
                .map(rows ->
                        Sha256.of(rows.iterator().next().getBuffer("sha256").getBytes()))
                .invoke(sha256 -> terms.preconditions()
                        .requireForChange(Optional.of(
                                new Validators('"' + sha256.hex() + '"', FileRows.instant(file, "updated_at")))))
                .replaceWithVoid();
    }

    static JsonObject payload(FileRecord file) {
        return payload(file.bucket(), file.name(), file.id(), file.generation(), file.content());
    }

    static JsonObject payload(BucketName bucket, FileName name, FileId fileId, long generation, StoredContent content) {
        return new JsonObject()
                .put("bucket", bucket.value())
                .put("name", name.value())
                .put("fileId", fileId.toString())
                .put("contentId", content.contentId().toString())
                .put("generation", generation)
                .put("length", content.layout().length());
    }
}
