package dev.consigne.postgres;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.BucketSettings;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that makes a bucket or changes its settings. It locks the bucket against every publish and delete in
 * it, whose share of that lock lasts until they commit: only so can what is used be counted exactly.
 */
final class BucketSetting {
    /** More than one is only needed where the bucket is deleted and made again all the time. */
    private static final int ATTEMPTS = 5;

    /** Files counted by one statement: well below a second. */
    static final int PAGE = 20_000;

    /** So many are indexed anew in a second or two. */
    private static final int MANY_FILES = 10_000;

    private static final String FORGET = """
            DELETE FROM file_attribute
            WHERE bucket_id = (SELECT b.id FROM bucket b WHERE b.name = $1) AND field >= 'm:' AND field < 'm;'
            """;
    private static final String INDEX = """
            INSERT INTO file_attribute (bucket_id, field, value, name)
            SELECT f.bucket_id, a.field, a.value, f.name
            FROM bucket b JOIN file f ON f.bucket_id = b.id, search_attributes('{}', f.metadata, $2::text[]) a
            WHERE b.name = $1
            """;
    private static final String DECLARE = "UPDATE bucket SET searchable = $2::text[] WHERE name = $1";

    /** Before every id of version 7. */
    private static final UUID FIRST = new UUID(0, 0);

    private final SqlConnection connection;
    private final BucketName name;
    private final BucketSettings settings;

    BucketSetting(SqlConnection connection, BucketName name, BucketSettings settings) {
        this.connection = connection;
        this.name = name;
        this.settings = settings;
    }

    /** Whether it created the bucket. */
    Uni<Boolean> run() {
        return make(ATTEMPTS)
                .call(this::declare)
                .call(this::set)
                .call(() -> settings.maxBytes().isPresent() ? setQuota() : removeQuota());
    }

    private Uni<Boolean> make(int attempts) {
        if (attempts == 0) {
            throw new ServiceException(ErrorCode.STORE_UNAVAILABLE, "The bucket keeps being deleted; try again.");
        }
        return execute("INSERT INTO bucket (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", Tuple.of(name.value()))
                .chain(inserted -> inserted.rowCount() == 1
                        ? Uni.createFrom().item(true)
                        : execute("SELECT FROM bucket WHERE name = $1 FOR UPDATE", Tuple.of(name.value()))
                                .chain(locked ->
                                        locked.size() == 1 ? Uni.createFrom().item(false) : make(attempts - 1)));
    }

    private Uni<RowSet<Row>> set() {
        return execute(
                """
                UPDATE bucket SET max_file_bytes = $2, has_quota = $3, requires_preconditions = $4, versioned = $5,
                       version_retention_seconds = $6, updated_at = catalog_now()
                WHERE name = $1
                """,
                Tuple.of(
                        name.value(),
                        orNull(settings.maxFileBytes()),
                        settings.maxBytes().isPresent(),
                        settings.requiresPreconditions(),
                        settings.versioned(),
                        settings.versionRetention().map(Duration::toSeconds).orElse(null)));
    }

    /** The index of what the files have, as it was and as it shall be. Files wait meanwhile, so there must not be many. */
    private Uni<Void> declare() {
        String[] searchable = settings.searchableMetadata().toArray(String[]::new);
        Tuple bucketAndPaths = Tuple.of(name.value(), searchable);
        return execute("SELECT FROM bucket WHERE name = $1 AND searchable = $2::text[]", bucketAndPaths)
                .chain(same -> same.size() == 1
                        ? Uni.createFrom().voidItem()
                        : requireFew()
                                .chain(() -> execute(FORGET, Tuple.of(name.value())))
                                .chain(() -> execute(INDEX, bucketAndPaths))
                                .chain(() -> execute(DECLARE, bucketAndPaths))
                                .replaceWithVoid());
    }

    private Uni<Void> requireFew() {
        return execute("""
                SELECT FROM file f WHERE f.bucket_id = (SELECT b.id FROM bucket b WHERE b.name = $1) LIMIT $2 + 1
                """, Tuple.of(name.value(), MANY_FILES))
                .invoke(found -> {
                    if (found.size() > MANY_FILES) {
                        throw new ServiceException(
                                        ErrorCode.TOO_MANY_FILES,
                                        "What is searchable can be changed while a bucket has at most " + MANY_FILES
                                                + " files. Declare it before it is filled.")
                                .with("limit", MANY_FILES);
                    }
                })
                .replaceWithVoid();
    }

    /** Where there is a quota already, what is used is known; otherwise it is counted. */
    private Uni<RowSet<Row>> setQuota() {
        return execute("""
                UPDATE bucket_quota q SET max_bytes = $2 FROM bucket b WHERE b.name = $1 AND q.bucket_id = b.id
                """, Tuple.of(name.value(), orNull(settings.maxBytes())))
                .chain(changed -> changed.rowCount() == 1
                        ? Uni.createFrom().item(changed)
                        : connection
                                .query(IndexOrder.SORT_NOTHING)
                                .execute()
                                .chain(() -> used("", 0))
                                .chain(used ->
                                        execute("""
                        INSERT INTO bucket_quota (bucket_id, max_bytes, used_bytes)
                        SELECT id, $2, $3 FROM bucket WHERE name = $1
                        """, Tuple.of(name.value(), orNull(settings.maxBytes()), used))));
    }

    /** In pages, so that however many files there are no statement takes longer than one may. */
    private Uni<Long> used(String after, long before) {
        return execute("""
                        SELECT coalesce(sum(page.length), 0)::bigint AS bytes, max(page.name) AS last
                        FROM (SELECT f.name, f.length FROM file f
                              WHERE f.bucket_id = (SELECT id FROM bucket WHERE name = $1) AND f.name > $2
                              ORDER BY f.name LIMIT $3) AS page
                        """, Tuple.of(name.value(), after, PAGE)).chain(rows -> {
            Row row = rows.iterator().next();
            String last = row.getString("last");
            long used = before + row.getLong("bytes");
            return last == null ? usedByVersions(FIRST, 0, used) : used(last, used);
        });
    }

    /** As {@link #used}. */
    private Uni<Long> usedByVersions(UUID after, long generation, long before) {
        return execute("""
                        SELECT v.file_id, v.generation, v.length FROM file_version v
                        WHERE v.bucket_id = (SELECT id FROM bucket WHERE name = $1) AND (v.file_id, v.generation) > ($2, $3)
                        ORDER BY v.file_id, v.generation LIMIT $4
                        """, Tuple.of(name.value(), after, generation, PAGE)).chain(rows -> {
            long used = before;
            UUID lastFile = after;
            long lastGeneration = generation;
            for (Row row : rows) {
                used += row.getLong("length");
                lastFile = row.getUUID("file_id");
                lastGeneration = row.getLong("generation");
            }
            return rows.size() == 0 ? Uni.createFrom().item(used) : usedByVersions(lastFile, lastGeneration, used);
        });
    }

    private Uni<RowSet<Row>> removeQuota() {
        return execute(
                "DELETE FROM bucket_quota q USING bucket b WHERE b.name = $1 AND q.bucket_id = b.id",
                Tuple.of(name.value()));
    }

    private static @Nullable Long orNull(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() : null;
    }

    private Uni<RowSet<Row>> execute(String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }
}
