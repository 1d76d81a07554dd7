package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Bucket;
import dev.consigne.file.BucketCatalog;
import dev.consigne.file.BucketName;
import dev.consigne.file.BucketSettings;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** The buckets. */
@ApplicationScoped
class PgBucketCatalog implements BucketCatalog {
    private static final String SELECT = """
            SELECT b.name, b.max_file_bytes, q.max_bytes, b.requires_preconditions, b.searchable, b.versioned,
                   b.version_retention_seconds, q.used_bytes, b.created_at, b.updated_at
            FROM bucket b LEFT JOIN bucket_quota q ON q.bucket_id = b.id
            """;

    /** How long the files of a bucket may be counted that gets its first quota. */
    private static final Duration COUNTING = Duration.ofMinutes(5);

    private final PgStore store;

    PgBucketCatalog(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<Stored> put(BucketName name, BucketSettings settings) {
        Function<SqlConnection, Uni<Stored>> set = connection -> new BucketSetting(connection, name, settings)
                .run()
                .chain(created -> connection
                        .preparedQuery(SELECT + "WHERE b.name = $1")
                        .execute(Tuple.of(name.value()))
                        .map(rows -> new Stored(bucket(rows.iterator().next()), created)));
        return settings.maxBytes().isPresent() ? store.transaction(set, COUNTING) : store.transaction(set);
    }

    @Override
    public Uni<Optional<Bucket>> find(BucketName name) {
        return store.query(SELECT + "WHERE b.name = $1", Tuple.of(name.value()))
                .map(rows -> PgStore.map(rows, PgBucketCatalog::bucket).stream().findFirst());
    }

    @Override
    public Uni<List<Bucket>> list(Optional<String> after, int limit) {
        return store.query(SELECT + "WHERE b.name > $1 ORDER BY b.name LIMIT $2", Tuple.of(after.orElse(""), limit))
                .map(rows -> PgStore.map(rows, PgBucketCatalog::bucket));
    }

    @Override
    public Uni<Boolean> delete(BucketName name) {
        return store.change("DELETE FROM bucket WHERE name = $1", Tuple.of(name.value()))
                .map(rows -> rows.rowCount() == 1)
                .onFailure(failure -> PgErrors.sqlState(failure).equals(PgErrors.FOREIGN_KEY_VIOLATION))
                .transform(failure -> new ServiceException(
                        ErrorCode.BUCKET_NOT_EMPTY,
                        "The bucket '" + name + "' still has files, or versions of files. Delete them first.",
                        failure));
    }

    private static Bucket bucket(Row row) {
        return new Bucket(
                new BucketName(row.getString("name")),
                new BucketSettings(
                        bytes(row, "max_file_bytes"),
                        bytes(row, "max_bytes"),
                        row.getBoolean("requires_preconditions"),
                        List.of(row.getArrayOfStrings("searchable")),
                        row.getBoolean("versioned"),
                        Optional.ofNullable(row.getLong("version_retention_seconds"))
                                .map(Duration::ofSeconds)),
                bytes(row, "used_bytes"),
                FileRows.instant(row, "created_at"),
                FileRows.instant(row, "updated_at"));
    }

    private static OptionalLong bytes(Row row, String column) {
        Long bytes = row.getLong(column);
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    }
}
