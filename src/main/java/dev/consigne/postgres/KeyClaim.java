package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Sha256;
import dev.consigne.file.UploadCommand;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/**
 * One attempt's claim on its key, within a transaction that holds the bucket. Its row's lock decides between attempts:
 * a publication of an attempt that lost the key finds that out at the same row.
 */
final class KeyClaim {
    /** More than one is only needed where the row is forgotten between two statements. */
    private static final int ATTEMPTS = 3;

    private final SqlConnection connection;
    private final UploadCommand command;
    private final IdempotencyKey key;
    private final Sha256 fingerprint;
    private final ContentId contentId;
    private final double retentionSeconds;

    KeyClaim(
            SqlConnection connection,
            UploadCommand command,
            IdempotencyKey key,
            Sha256 fingerprint,
            ContentId contentId,
            double retentionSeconds) {
        this.connection = connection;
        this.command = command;
        this.key = key;
        this.fingerprint = fingerprint;
        this.contentId = contentId;
        this.retentionSeconds = retentionSeconds;
    }

    /** The answer given before, or nothing if the key is this attempt's now. */
    Uni<Optional<FileRecord>> make() {
        return make(ATTEMPTS);
    }

    private Uni<Optional<FileRecord>> make(int attempts) {
        return insert().chain(inserted -> inserted.rowCount() == 1
                ? Uni.createFrom().item(Optional.empty())
                : lock().chain(found ->
                        found.size() == 1 ? decide(found.iterator().next()) : again(attempts - 1)));
    }

    private Uni<Optional<FileRecord>> again(int attempts) {
        if (attempts == 0) {
            throw new ServiceException(ErrorCode.STORE_UNAVAILABLE, "The key keeps being forgotten; try again.");
        }
        return make(attempts);
    }

    private Uni<RowSet<Row>> insert() {
        return execute("""
                INSERT INTO idempotency (bucket_id, key, fingerprint, content_id, expires_at)
                SELECT id, $2, $3, $4, catalog_now() + make_interval(secs => $5) FROM bucket WHERE name = $1
                ON CONFLICT (bucket_id, key) DO NOTHING
                """, claim());
    }

    private Uni<RowSet<Row>> lock() {
        return execute("""
                SELECT i.fingerprint, i.content_id, i.answer, i.expires_at < catalog_now() AS expired
                FROM idempotency i JOIN bucket b ON b.id = i.bucket_id
                WHERE b.name = $1 AND i.key = $2 FOR UPDATE OF i
                """, Tuple.of(command.bucket().value(), key.value()));
    }

    private Uni<Optional<FileRecord>> decide(Row row) {
        UUID holder = row.getUUID("content_id");
        if (holder.equals(contentId.value())) {
            return Uni.createFrom().item(Optional.empty());
        }
        // In a statement of its own: the one that waited for the lock may have looked before it waited.
        return execute(
                        "SELECT FROM content WHERE id = $1 AND state = 'PENDING' AND lease_until > catalog_now()",
                        Tuple.of(holder))
                .chain(running -> decide(row, running.size() == 1));
    }

    private Uni<Optional<FileRecord>> decide(Row row, boolean running) {
        if (row.getBoolean("expired") && !running) {
            return takeOver();
        }
        if (!Buffer.buffer(fingerprint.bytes()).equals(row.getBuffer("fingerprint"))) {
            throw IdempotencyKey.reused(
                    "The key was sent with another request: another name, media type or length. Nothing was changed;"
                            + " use a new key.");
        }
        if (row.getJsonObject("answer") != null) {
            return replay(KeptAnswer.file(row.getJsonObject("answer"), command));
        }
        if (running) {
            throw new ServiceException(
                    ErrorCode.REQUEST_IN_PROGRESS,
                    "An upload with this key is running, or was until a moment ago. Send it again later.");
        }
        return takeOver();
    }

    /** A write on purpose: its commit is acknowledged only if what it answers is as durable as that. */
    private Uni<Optional<FileRecord>> replay(FileRecord answer) {
        return execute("""
                UPDATE idempotency i SET replays = replays + 1 FROM bucket b
                WHERE b.name = $1 AND i.bucket_id = b.id AND i.key = $2
                """, Tuple.of(command.bucket().value(), key.value())).replaceWith(Optional.of(answer));
    }

    private Uni<Optional<FileRecord>> takeOver() {
        return execute("""
                UPDATE idempotency i SET fingerprint = $3, content_id = $4, answer = NULL, replays = 0,
                       created_at = catalog_now(), expires_at = catalog_now() + make_interval(secs => $5)
                FROM bucket b WHERE b.name = $1 AND i.bucket_id = b.id AND i.key = $2
                """, claim()).replaceWith(Optional.empty());
    }

    private Tuple claim() {
        Tuple claim = Tuple.of(command.bucket().value(), key.value());
        claim.addBuffer(Buffer.buffer(fingerprint.bytes()));
        return claim.addUUID(contentId.value()).addDouble(retentionSeconds);
    }

    private Uni<RowSet<Row>> execute(String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }
}
