package dev.consigne.testing;

import dev.consigne.file.ContentId;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Looks at the catalog's tables past its code. */
public final class CatalogRows {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final Pool pool;

    public CatalogRows(Pool pool) {
        this.pool = pool;
    }

    /** The rows of a statement. */
    public List<Row> query(String sql, Object... parameters) {
        RowSet<Row> rows = pool.preparedQuery(sql)
                .execute(Tuple.from(List.of(parameters)))
                .await()
                .atMost(BOUND);
        return StreamSupport.stream(rows.spliterator(), false).toList();
    }

    /** How many rows a statement changed. */
    public int change(String sql, Object... parameters) {
        return pool.preparedQuery(sql)
                .execute(Tuple.from(List.of(parameters)))
                .await()
                .atMost(BOUND)
                .rowCount();
    }

    /** How many rows a statement changed that the catalog's guards would refuse. */
    public int repair(String sql, Object... parameters) {
        return pool.withTransaction(connection -> connection
                        .query("SET LOCAL consigne.writer = 'repair'")
                        .execute()
                        .chain(() -> connection.preparedQuery(sql).execute(Tuple.from(List.of(parameters)))))
                .await()
                .atMost(BOUND)
                .rowCount();
    }

    /** The one number a query answers. */
    public long count(String sql, Object... parameters) {
        return query(sql, parameters).get(0).getLong(0);
    }

    /** The content's row, empty if it was dropped. */
    public Optional<Row> content(ContentId contentId) {
        return query("SELECT * FROM content WHERE id = $1", contentId.value()).stream()
                .findFirst();
    }

    /** The content's state, {@code none} without a row. */
    public String state(ContentId contentId) {
        return content(contentId).map(row -> row.getString("state")).orElse("none");
    }

    /** The events about one content, oldest first. */
    public List<String> events(ContentId contentId) {
        return query("SELECT event FROM outbox WHERE payload->>'contentId' = $1 ORDER BY id", contentId.toString())
                .stream()
                .map(row -> row.getString("event"))
                .toList();
    }

    /** The payload of the newest event about one content. */
    public JsonObject lastPayload(ContentId contentId) {
        return query(
                        "SELECT payload FROM outbox WHERE payload->>'contentId' = $1 ORDER BY id DESC LIMIT 1",
                        contentId.toString())
                .get(0)
                .getJsonObject("payload");
    }
}
