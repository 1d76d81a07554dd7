package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;

/** The transaction that gives a file another name. It locks buckets, file and quotas in the order all do. */
final class Moving {
    private final SqlConnection connection;
    private final FileRecord seen;
    private final BucketName bucket;
    private final FileName name;
    private long bytes;

    Moving(SqlConnection connection, FileRecord seen, BucketName bucket, FileName name) {
        this.connection = connection;
        this.seen = seen;
        this.bucket = bucket;
        this.name = name;
    }

    /** Empty if the file is not as it was seen. */
    Uni<Optional<FileRecord>> run() {
        return buckets()
                .invoke(this::requireRoom)
                .chain(this::rename)
                .chain(moved -> moved.size() == 0
                        ? Uni.createFrom().item(Optional.empty())
                        : takeVersionsAlong()
                                .chain(this::settle)
                                .chain(this::tell)
                                .replaceWith(Optional.of(
                                        FileRows.file(moved.iterator().next()))));
    }

    private Uni<RowSet<Row>> buckets() {
        return execute("""
                SELECT name, max_file_bytes FROM bucket WHERE name IN ($1, $2) ORDER BY id FOR KEY SHARE
                """, Tuple.of(seen.bucket().value(), bucket.value()));
    }

    private void requireRoom(RowSet<Row> buckets) {
        Row target = null;
        for (Row row : buckets) {
            target = row.getString("name").equals(bucket.value()) ? row : target;
        }
        if (target == null) {
            throw PgFileCatalog.noBucket(bucket);
        }
        Long limit = target.getLong("max_file_bytes");
        if (limit != null && seen.length() > limit && !bucket.equals(seen.bucket())) {
            throw new ServiceException(
                            ErrorCode.CONTENT_TOO_LARGE,
                            "The content has " + seen.length() + " bytes; " + limit + " are allowed there.")
                    .with("limit", limit);
        }
    }

    private Uni<RowSet<Row>> rename() {
        return execute(
                        """
                        WITH f AS (UPDATE file SET bucket_id = t.id, name = $5, metageneration = metageneration + 1,
                                          changed_at = catalog_now()
                                   FROM bucket t WHERE t.name = $4
                                     AND file.id = $1 AND file.generation = $2 AND file.metageneration = $3
                                   RETURNING file.*)
                        SELECT\s""" + FileRows.COLUMNS + "FROM f " + FileRows.JOINS,
                        Tuple.of(
                                seen.id().value(),
                                seen.generation(),
                                seen.metageneration(),
                                bucket.value(),
                                name.value()))
                .onFailure(failure -> PgErrors.sqlState(failure).equals(PgErrors.UNIQUE_VIOLATION))
                .transform(failure -> new ServiceException(
                        ErrorCode.NAME_TAKEN,
                        "There is a file '" + name + "' in the bucket '" + bucket + "'. Delete or move it first."));
    }

    /** Versions keep the names they had; they are where their file is. */
    private Uni<Long> takeVersionsAlong() {
        if (bucket.equals(seen.bucket())) {
            return Uni.createFrom().item(0L);
        }
        return execute("""
                        WITH v AS (UPDATE file_version SET bucket_id = t.id FROM bucket t
                                   WHERE t.name = $2 AND file_version.file_id = $1 RETURNING file_version.length)
                        SELECT coalesce(sum(length), 0)::bigint AS bytes FROM v
                        """, Tuple.of(seen.id().value(), bucket.value()))
                .map(rows -> rows.iterator().next().getLong("bytes"));
    }

    /** By name, as every transaction that changes two quotas would. */
    private Uni<Void> settle(long versions) {
        bytes = seen.length() + versions;
        if (bucket.equals(seen.bucket())) {
            return Uni.createFrom().voidItem();
        }
        return bucket.value().compareTo(seen.bucket().value()) < 0
                ? take().chain(this::release)
                : release().chain(this::take);
    }

    private Uni<Void> take() {
        QuotaRow row = new QuotaRow(connection, bucket);
        return row.without(seen.content().contentId())
                .invoke(found -> found.ifPresent(quota -> quota.require(bytes)))
                .chain(() -> row.change(bytes));
    }

    private Uni<Void> release() {
        return new QuotaRow(connection, seen.bucket()).change(-bytes);
    }

    private Uni<RowSet<Row>> tell() {
        JsonObject payload = new JsonObject()
                .put("bucket", bucket.value())
                .put("name", name.value())
                .put("fileId", seen.id().toString())
                .put("contentId", seen.content().contentId().toString())
                .put("generation", seen.generation())
                .put("length", seen.length())
                .put("formerBucket", seen.bucket().value())
                .put("formerName", seen.name().value());
        return execute("INSERT INTO outbox (event, payload) VALUES ('file.moved', $1)", Tuple.of(payload));
    }

    private Uni<RowSet<Row>> execute(String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }
}
