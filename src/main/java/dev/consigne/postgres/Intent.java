package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BeginOutcome;
import dev.consigne.file.FileRecord;
import dev.consigne.file.PendingContent;
import dev.consigne.file.Preconditions;
import dev.consigne.file.UploadCommand;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/**
 * The row of an upload before its first byte, with the claims on its key and on the bucket's quota. One
 * statement does it where there is no quota and nobody disputes the key; what has to look first is a transaction.
 */
final class Intent {
    static final String LOCK_BUCKET = """
            SELECT id, requires_preconditions, least(max_file_bytes, $2) AS max_bytes
            FROM bucket WHERE name = $1 FOR KEY SHARE
            """;

    private final PgStore store;
    private final UploadCommand command;
    private final PendingContent content;
    private final String owner;
    private final double leaseSeconds;
    private final double deadlineSeconds;
    private final double keySeconds;

    /** @param content as it shall be, its limit that of the service */
    Intent(
            PgStore store,
            UploadCommand command,
            PendingContent content,
            String owner,
            Duration lease,
            Duration maxUploadTime,
            Duration keyRetention) {
        this.store = store;
        this.command = command;
        this.content = content;
        this.owner = owner;
        this.leaseSeconds = lease.toMillis() / 1000.0;
        this.deadlineSeconds = maxUploadTime.toMillis() / 1000.0;
        this.keySeconds = keyRetention.toMillis() / 1000.0;
    }

    Uni<BeginOutcome> write() {
        Tuple parameters = row().addLong(content.maxLength());
        parameters.addString(command.key().map(Object::toString).orElse(null));
        parameters.addBuffer(Buffer.buffer(command.fingerprint().bytes())).addDouble(keySeconds);
        parameters.addDouble(deadlineSeconds).addBoolean(guarded());
        return store.query("""
                        WITH b AS (SELECT id, has_quota, requires_preconditions, least(max_file_bytes, $8) AS max_bytes,
                                          NOT has_quota AND ($13 OR NOT requires_preconditions) AS simple
                                   FROM bucket WHERE name = $6),
                             k AS (INSERT INTO idempotency (bucket_id, key, fingerprint, content_id, expires_at)
                                   SELECT id, $9::text, $10, $1, catalog_now() + make_interval(secs => $11)
                                   FROM b WHERE $9::text IS NOT NULL AND $7 <= max_bytes AND simple
                                   ON CONFLICT (bucket_id, key) DO NOTHING
                                   RETURNING key),
                             i AS (INSERT INTO content (id, state, lease_until, owner, chunk_size, chunk_limit,
                                                        reserved_bytes, bucket_id, deadline_at)
                                   SELECT $1, 'PENDING', catalog_now() + make_interval(secs => $2), $3, $4, $5, $7, id,
                                          catalog_now() + make_interval(secs => $12)
                                   FROM b WHERE $7 <= max_bytes AND simple
                                            AND ($9::text IS NULL OR EXISTS (SELECT FROM k))
                                   ON CONFLICT (id) DO NOTHING) -- sent again after its answer was lost
                        SELECT max_bytes, has_quota, requires_preconditions, EXISTS (SELECT FROM k) AS claimed FROM b
                        """, parameters)
                .onFailure(failure -> PgErrors.sqlState(failure).equals(PgErrors.FOREIGN_KEY_VIOLATION))
                .transform(deletedMeanwhile -> PgFileCatalog.noBucket(command.bucket()))
                .chain(this::written);
    }

    private Uni<BeginOutcome> written(RowSet<Row> rows) {
        PendingContent limited = limited(rows);
        Row row = rows.iterator().next();
        boolean undisputed = command.key().isEmpty() || row.getBoolean("claimed");
        return undisputed && !row.getBoolean("has_quota")
                ? Uni.createFrom().item(new BeginOutcome.Began(limited))
                : negotiate();
    }

    /** Sent again if its answer is lost: the same content id claims nothing twice. */
    private Uni<BeginOutcome> negotiate() {
        return store.confirmed(connection -> bucket(connection)
                .chain(limited -> claim(connection)
                        .chain(answer -> answer.<Uni<BeginOutcome>>map(
                                        file -> Uni.createFrom().item(new BeginOutcome.Answered(file)))
                                .orElseGet(() -> reserve(connection, limited)))));
    }

    /** Locked first, as in every transaction that locks more than one row: see {@link Publication}. */
    private Uni<PendingContent> bucket(SqlConnection connection) {
        return connection
                .preparedQuery(LOCK_BUCKET)
                .execute(Tuple.of(command.bucket().value(), content.maxLength()))
                .map(this::limited);
    }

    private Uni<Optional<FileRecord>> claim(SqlConnection connection) {
        return command.key()
                .map(key -> new KeyClaim(
                                connection, command, key, command.fingerprint(), content.contentId(), keySeconds)
                        .make())
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    /** Reserving is writing the row: what is PENDING is counted. The quota's lock makes those who count take turns. */
    private Uni<BeginOutcome> reserve(SqlConnection connection, PendingContent limited) {
        return new QuotaRow(connection, command.bucket())
                .without(content.contentId())
                .invoke(found -> found.ifPresent(quota -> quota.require(declared())))
                .call(() -> insert(connection))
                .map(found -> new BeginOutcome.Began(
                        found.map(quota -> limited.withMaxLength(Math.min(limited.maxLength(), quota.left())))
                                .orElse(limited),
                        found));
    }

    private Uni<RowSet<Row>> insert(SqlConnection connection) {
        return connection.preparedQuery("""
                        INSERT INTO content (id, state, lease_until, owner, chunk_size, chunk_limit, reserved_bytes,
                                             bucket_id, deadline_at)
                        SELECT $1, 'PENDING', catalog_now() + make_interval(secs => $2), $3, $4, $5, $7, id,
                               catalog_now() + make_interval(secs => $8)
                        FROM bucket WHERE name = $6
                        ON CONFLICT (id) DO NOTHING
                        """).execute(row().addDouble(deadlineSeconds));
    }

    private Tuple row() {
        Tuple row = Tuple.of(content.contentId().value(), leaseSeconds, owner);
        row.addInteger(content.chunkSize()).addInteger(content.chunkLimit());
        return row.addString(command.bucket().value()).addLong(declared());
    }

    private long declared() {
        return command.declaredLength().orElse(0);
    }

    private boolean guarded() {
        return command.terms().preconditions().guardsChange();
    }

    /** The content with the lower of the service's and the bucket's limit. */
    private PendingContent limited(RowSet<Row> rows) {
        return content.withMaxLength(admitted(rows, command));
    }

    /**
     * Refuses what the bucket does not take.
     *
     * @param bucket as {@link #LOCK_BUCKET} answers
     * @return most bytes the content may have
     */
    static long admitted(RowSet<Row> bucket, UploadCommand command) {
        if (bucket.size() == 0) {
            throw PgFileCatalog.noBucket(command.bucket());
        }
        Row row = bucket.iterator().next();
        if (row.getBoolean("requires_preconditions")
                && !command.terms().preconditions().guardsChange()) {
            throw Preconditions.required(command.bucket());
        }
        long limit = row.getLong("max_bytes");
        long declared = command.declaredLength().orElse(0);
        if (declared > limit) {
            throw new ServiceException(
                            ErrorCode.CONTENT_TOO_LARGE,
                            "The content has " + declared + " bytes; " + limit + " are allowed here.")
                    .with("limit", limit);
        }
        return limit;
    }
}
