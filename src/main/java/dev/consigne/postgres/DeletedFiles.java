package dev.consigne.postgres;

import dev.consigne.file.DeletedQuery;
import dev.consigne.file.DeletedQuery.Position;
import dev.consigne.file.FileVersion;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.List;

/** Files that are gone and can come back, in the order of the names they had. */
final class DeletedFiles {
    private final SqlConnection connection;
    private final DeletedQuery query;

    /** @param connection in a transaction */
    DeletedFiles(SqlConnection connection, DeletedQuery query) {
        this.connection = connection;
        this.query = query;
    }

    Uni<List<FileVersion>> page() {
        return connection
                .preparedQuery("SELECT id FROM bucket WHERE name = $1")
                .execute(Tuple.of(query.bucket().value()))
                .chain(this::of)
                .map(rows -> PgStore.map(rows, VersionRows::version));
    }

    private Uni<RowSet<Row>> of(RowSet<Row> bucket) {
        if (bucket.size() == 0) {
            throw PgFileCatalog.noBucket(query.bucket());
        }
        return IndexOrder.read(connection, statement(bucket.iterator().next().getLong("id")));
    }

    private Statement statement(long bucket) {
        Binds binds = new Binds();
        String sql = """
                WITH f AS (
                    SELECT v.*, v.file_id AS id FROM file_version v
                    WHERE v.bucket_id = %s AND v.deleted%s%s
                        AND NOT EXISTS (SELECT FROM file back WHERE back.id = v.file_id)
                        AND NOT EXISTS (SELECT FROM file_version newer
                                        WHERE newer.file_id = v.file_id AND newer.generation > v.generation)
                    ORDER BY v.name, v.file_id LIMIT %s)
                SELECT f.deleted, f.replaced_at, f.expires_at, %s FROM f %s ORDER BY f.name, f.id
                """.formatted(
                        binds.add(bucket),
                        query.prefix().isEmpty() ? "" : " AND " + PageOrder.prefixed("v.name", query.prefix(), binds),
                        query.after().map(after -> beyond(after, binds)).orElse(""),
                        binds.add(query.limit()),
                        FileRows.COLUMNS,
                        FileRows.JOINS);
        return new Statement(sql, binds);
    }

    /** The first condition is the one that an index answers. */
    private static String beyond(Position after, Binds binds) {
        String name = binds.add(after.name());
        return " AND v.name >= " + name + " AND (v.name, v.file_id) > (" + name + ", "
                + binds.add(after.id().value()) + ")";
    }
}
