package dev.consigne.postgres;

import dev.consigne.file.ContentStates;
import dev.consigne.file.FileRecord;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;

/**
 * Removes a file: one statement in a bucket without a quota; in one with, the same statement in a transaction that also
 * changes what is used. The statement locks the bucket, so that its quota is not set meanwhile, and does nothing if it
 * has one and the caller is not prepared for it.
 */
final class Deletion {
    static final boolean QUOTA_HELD = true;
    static final boolean QUOTA_NOT_HELD = false;

    static final String SQL = StateChange.of(ContentStates.LIVE.released(), ContentStates.DAMAGED.released())
            .withLastReference("""
                    WITH b AS (SELECT id, has_quota, versioned FROM bucket WHERE name = $5 FOR KEY SHARE),
                         gone AS (DELETE FROM file USING b
                                  WHERE file.id = $1 AND file.generation = $2 AND file.bucket_id = b.id
                                    AND file.metageneration = $7
                                    AND (NOT b.has_quota OR $6)
                                  RETURNING file.*),
                         kept AS (\s""" + VersionRows.KEEP.formatted("true", "gone f, b WHERE b.versioned") + """
                                  ),
                         dead AS (UPDATE content SET {to},
                                         tombstoned_at = CASE WHEN content.refs = 1 THEN catalog_now() END,
                                         purge_after = CASE WHEN content.refs = 1
                                             THEN catalog_now() + make_interval(secs => $3) END
                                  FROM gone, b WHERE NOT b.versioned AND content.id = gone.content_id AND {from}),
                         told AS (INSERT INTO outbox (event, payload) SELECT 'file.deleted', $4 FROM gone)
                    SELECT EXISTS (SELECT FROM gone) AS done, b.has_quota AND NOT $6 AS for_transaction, b.versioned
                    FROM b
                    """);

    private final SqlConnection connection;
    private final FileRecord file;
    private final Duration retention;

    Deletion(SqlConnection connection, FileRecord file, Duration retention) {
        this.connection = connection;
        this.file = file;
        this.retention = retention;
    }

    static Tuple parameters(FileRecord file, Duration retention, boolean quotaHeld) {
        Tuple parameters = Tuple.of(file.id().value(), file.generation());
        parameters.addDouble(retention.toMillis() / 1000.0).addJsonObject(Publication.payload(file));
        return parameters.addString(file.bucket().value()).addBoolean(quotaHeld).addLong(file.metageneration());
    }

    /** No row: the bucket is gone, and with it the file. */
    static boolean isDone(RowSet<Row> rows) {
        return rows.size() == 1 && rows.iterator().next().getBoolean("done");
    }

    static boolean isForTransaction(RowSet<Row> rows) {
        return rows.size() == 1 && rows.iterator().next().getBoolean("for_transaction");
    }

    Uni<Boolean> run() {
        return connection
                .preparedQuery(SQL)
                .execute(parameters(file, retention, QUOTA_HELD))
                .call(rows -> isDone(rows) && !rows.iterator().next().getBoolean("versioned")
                        ? new QuotaRow(connection, file.bucket()).change(-file.length())
                        : Uni.createFrom().voidItem())
                .map(Deletion::isDone);
    }
}
