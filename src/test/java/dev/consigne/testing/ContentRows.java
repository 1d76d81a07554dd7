package dev.consigne.testing;

import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The content rows of the catalog: what became of each upload. */
public final class ContentRows {
    private final Pool pool;

    public ContentRows(Pool pool) {
        this.pool = pool;
    }

    /** A point in the order of uploads, for {@link #statesSince}. */
    public long mark() {
        return run("SELECT coalesce(max(seq), 0) AS mark FROM content", Tuple.tuple())
                .iterator()
                .next()
                .getLong("mark");
    }

    /** The states of the contents whose upload began after the mark, oldest first. */
    public List<String> statesSince(long mark) {
        List<String> states = new ArrayList<>();
        run("SELECT state FROM content WHERE seq > $1 ORDER BY seq", Tuple.of(mark))
                .forEach(row -> states.add(row.getString("state")));
        return states;
    }

    /** The contents whose upload began after the mark, oldest first. */
    public List<UUID> contentsSince(long mark) {
        List<UUID> contents = new ArrayList<>();
        run("SELECT id FROM content WHERE seq > $1 ORDER BY seq", Tuple.of(mark))
                .forEach(row -> contents.add(row.getUUID("id")));
        return contents;
    }

    public UUID contentOf(UUID fileId) {
        return run("SELECT content_id FROM file WHERE id = $1", Tuple.of(fileId))
                .iterator()
                .next()
                .getUUID("content_id");
    }

    public String state(UUID contentId) {
        return run("SELECT state FROM content WHERE id = $1", Tuple.of(contentId))
                .iterator()
                .next()
                .getString("state");
    }

    public int chunkCount(UUID contentId) {
        return run("SELECT chunk_count FROM content WHERE id = $1", Tuple.of(contentId))
                .iterator()
                .next()
                .getInteger("chunk_count");
    }

    private RowSet<Row> run(String sql, Tuple parameters) {
        return pool.preparedQuery(sql).execute(parameters).await().atMost(Duration.ofSeconds(20));
    }
}
