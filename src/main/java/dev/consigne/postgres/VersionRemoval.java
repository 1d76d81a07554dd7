package dev.consigne.postgres;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentStates;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;

/** The transaction that gives up a version: bucket, version, content and quota, in the order all have. */
final class VersionRemoval {
    /** More than one is only needed where its file is moved to another bucket meanwhile. */
    private static final int ATTEMPTS = 5;

    private static final String SQL = StateChange.of(ContentStates.LIVE.released(), ContentStates.DAMAGED.released())
            .withLastReference("""
                    WITH gone AS (DELETE FROM file_version
                                  WHERE file_id = $1 AND generation = $2 AND bucket_id = $3
                                    AND (NOT $5 OR expires_at < catalog_now())
                                  RETURNING content_id, length),
                         dead AS (UPDATE content SET {to},
                                         tombstoned_at = CASE WHEN content.refs = 1 THEN catalog_now() END,
                                         purge_after = CASE WHEN content.refs = 1
                                             THEN catalog_now() + make_interval(secs => $4) END
                                  FROM gone WHERE content.id = gone.content_id AND {from}),
                         told AS (INSERT INTO outbox (event, payload) SELECT 'version.deleted',
                                      $6::jsonb || jsonb_build_object('contentId', content_id, 'length', length) FROM gone)
                    SELECT length FROM gone
                    """);

    private final UUID fileId;
    private final long generation;
    private final Duration retention;
    private final boolean onlyExpired;

    VersionRemoval(UUID fileId, long generation, Duration retention) {
        this(fileId, generation, retention, false);
    }

    private VersionRemoval(UUID fileId, long generation, Duration retention, boolean onlyExpired) {
        this.fileId = fileId;
        this.generation = generation;
        this.retention = retention;
        this.onlyExpired = onlyExpired;
    }

    /** The same, if its time is over. */
    VersionRemoval expired() {
        return new VersionRemoval(fileId, generation, retention, true);
    }

    /** False if there is nothing to give up. */
    Uni<Boolean> run(SqlConnection connection) {
        return run(connection, ATTEMPTS);
    }

    private Uni<Boolean> run(SqlConnection connection, int attempts) {
        return bucket(connection).chain(found -> {
            if (found.size() == 0 || attempts == 0) {
                return Uni.createFrom().item(false);
            }
            Row bucket = found.iterator().next();
            return remove(connection, bucket)
                    .chain(gone -> gone.size() == 0
                            ? run(connection, attempts - 1)
                            : new QuotaRow(connection, new BucketName(bucket.getString("name")))
                                    .change(-gone.iterator().next().getLong("length"))
                                    .replaceWith(true));
        });
    }

    /** A share of the bucket's lock, so that its quota is not counted meanwhile. */
    private Uni<RowSet<Row>> bucket(SqlConnection connection) {
        return connection.preparedQuery("""
                        SELECT b.id, b.name FROM file_version v JOIN bucket b ON b.id = v.bucket_id
                        WHERE v.file_id = $1 AND v.generation = $2 AND (NOT $3 OR v.expires_at < catalog_now())
                        FOR KEY SHARE OF b
                        """).execute(Tuple.of(fileId, generation, onlyExpired));
    }

    private Uni<RowSet<Row>> remove(SqlConnection connection, Row bucket) {
        JsonObject payload = new JsonObject()
                .put("bucket", bucket.getString("name"))
                .put("fileId", fileId.toString())
                .put("generation", generation);
        return connection
                .preparedQuery(SQL)
                .execute(Tuple.of(fileId, generation, bucket.getLong("id"))
                        .addDouble(retention.toMillis() / 1000.0)
                        .addBoolean(onlyExpired)
                        .addJsonObject(payload));
    }
}
