package dev.consigne.postgres;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.Quota;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;

/**
 * A bucket's quota within a transaction that holds the bucket. Its row is locked last, and everything that counts is read
 * after that, in statements of their own: one that waits for a lock does not see what was made meanwhile.
 */
final class QuotaRow {
    private final SqlConnection connection;
    private final BucketName bucket;

    QuotaRow(SqlConnection connection, BucketName bucket) {
        this.connection = connection;
        this.bucket = bucket;
    }

    /** How full the bucket is without this content, and stays until the transaction ends; empty if it has no quota. */
    Uni<Optional<Quota>> without(ContentId content) {
        return lock().chain(locked -> locked.size() == 0
                ? Uni.createFrom().item(Optional.empty())
                : reserved(content).map(sum -> {
                    Row row = locked.iterator().next();
                    return Optional.of(new Quota(row.getLong("max_bytes"), row.getLong("used_bytes"), sum));
                }));
    }

    /** Takes note of bytes that came or, below zero, went. Does nothing if the bucket has no quota. */
    Uni<Void> change(long bytes) {
        return execute("""
                        UPDATE bucket_quota q SET used_bytes = used_bytes + $2
                        FROM bucket b WHERE b.name = $1 AND q.bucket_id = b.id
                        """, Tuple.of(bucket.value(), bytes)).replaceWithVoid();
    }

    private Uni<RowSet<Row>> lock() {
        return execute("""
                SELECT q.max_bytes, q.used_bytes FROM bucket_quota q JOIN bucket b ON b.id = q.bucket_id
                WHERE b.name = $1 FOR UPDATE OF q
                """, Tuple.of(bucket.value()));
    }

    /** A process that died keeps nobody out for longer than its lease, even while no collector gives it up. */
    private Uni<Long> reserved(ContentId content) {
        return execute("""
                        SELECT coalesce(sum(c.reserved_bytes), 0)::bigint AS reserved
                        FROM content c JOIN bucket b ON b.id = c.bucket_id
                        WHERE b.name = $1 AND c.state = 'PENDING' AND c.lease_until >= catalog_now() AND c.id <> $2
                        """, Tuple.of(bucket.value(), content.value()))
                .map(rows -> rows.iterator().next().getLong("reserved"));
    }

    private Uni<RowSet<Row>> execute(String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }
}
