package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Bucket;
import dev.consigne.file.BucketCatalog;
import dev.consigne.file.BucketName;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The buckets. */
@ApplicationScoped
class PgBucketCatalog implements BucketCatalog {
    private static final String COLUMNS = "name, max_file_bytes, created_at, updated_at";

    private final PgStore store;

    PgBucketCatalog(PgStore store) {
        this.store = store;
    }

    @Override
    public Uni<Stored> put(BucketName name, OptionalLong maxFileBytes) {
        Long limit = maxFileBytes.isPresent() ? maxFileBytes.getAsLong() : null;
        return store.change("""
                        INSERT INTO bucket (name, max_file_bytes) VALUES ($1, $2)
                        ON CONFLICT (name) DO UPDATE SET max_file_bytes = excluded.max_file_bytes,
                            updated_at = catalog_now()
                        RETURNING name, max_file_bytes, created_at, updated_at, xmax = 0 AS created
                        """, Tuple.of(name.value(), limit)).map(rows -> {
            Row row = rows.iterator().next();
            return new Stored(bucket(row), row.getBoolean("created"));
        });
    }

    @Override
    public Uni<Optional<Bucket>> find(BucketName name) {
        return store.query("SELECT " + COLUMNS + " FROM bucket WHERE name = $1", Tuple.of(name.value()))
                .map(rows -> PgStore.map(rows, PgBucketCatalog::bucket).stream().findFirst());
    }

    @Override
    public Uni<List<Bucket>> list(Optional<String> after, int limit) {
        return store.query(
                        "SELECT " + COLUMNS + " FROM bucket WHERE name > $1 ORDER BY name LIMIT $2",
                        Tuple.of(after.orElse(""), limit))
                .map(rows -> PgStore.map(rows, PgBucketCatalog::bucket));
    }

    @Override
    public Uni<Boolean> delete(BucketName name) {
        return store.change("DELETE FROM bucket WHERE name = $1", Tuple.of(name.value()))
                .map(rows -> rows.rowCount() == 1)
                .onFailure(failure -> PgErrors.sqlState(failure).equals(PgErrors.FOREIGN_KEY_VIOLATION))
                .transform(failure -> new ServiceException(
                        ErrorCode.BUCKET_NOT_EMPTY,
                        "The bucket '" + name + "' still has files. Delete them first.",
                        failure));
    }

    private static Bucket bucket(Row row) {
        Long limit = row.getLong("max_file_bytes");
        return new Bucket(
                new BucketName(row.getString("name")),
                limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
                FileRows.instant(row, "created_at"),
                FileRows.instant(row, "updated_at"));
    }
}
