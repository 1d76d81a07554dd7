package dev.consigne.crash;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Projections;
import dev.consigne.testing.CatalogRows;
import io.vertx.mutiny.sqlclient.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.bson.Document;

/**
 * All there is in both stores, past the service's code. Scans both: for stores of a test's size.
 *
 * @param rows the contents of the catalog, in the order of their uploads
 * @param chunks the numbers of the chunks of each content that has any
 * @param manifests the contents announced, and whether they are sealed
 */
record Census(List<ContentRow> rows, Map<UUID, SortedSet<Integer>> chunks, Map<UUID, Boolean> manifests) {
    private static final int UUID_LENGTH = 36;

    /**
     * What the catalog says of a content.
     *
     * @param files how many names mean it
     * @param events how many events tell that it was stored
     */
    record ContentRow(UUID id, String state, String owner, int chunkCount, long files, long events) {}

    static Census of(CatalogRows catalog, MongoDatabase mongo) {
        return new Census(rows(catalog), chunks(mongo), manifests(mongo));
    }

    private static List<ContentRow> rows(CatalogRows catalog) {
        return catalog.query("""
                        SELECT c.id, c.state, c.owner, coalesce(c.chunk_count, 0) AS chunk_count,
                               (SELECT count(*) FROM file f WHERE f.content_id = c.id) AS files,
                               (SELECT count(*) FROM outbox o
                                WHERE o.event = 'file.stored' AND o.payload->>'contentId' = c.id::text) AS events
                        FROM content c ORDER BY c.seq
                        """).stream().map(Census::row).toList();
    }

    private static ContentRow row(Row row) {
        return new ContentRow(
                row.getUUID("id"),
                row.getString("state"),
                row.getString("owner"),
                row.getInteger("chunk_count"),
                row.getLong("files"),
                row.getLong("events"));
    }

    private static Map<UUID, SortedSet<Integer>> chunks(MongoDatabase mongo) {
        Map<UUID, SortedSet<Integer>> chunks = new TreeMap<>();
        for (Document chunk : mongo.getCollection("chunks").find().projection(Projections.include("_id"))) {
            String key = chunk.getString("_id");
            chunks.computeIfAbsent(UUID.fromString(key.substring(0, UUID_LENGTH)), first -> new TreeSet<>())
                    .add(Integer.parseInt(key.substring(UUID_LENGTH + 1)));
        }
        return chunks;
    }

    private static Map<UUID, Boolean> manifests(MongoDatabase mongo) {
        Map<UUID, Boolean> manifests = new HashMap<>();
        for (Document manifest : mongo.getCollection("manifests").find()) {
            manifests.put(UUID.fromString(manifest.getString("_id")), manifest.containsKey("sha256"));
        }
        return manifests;
    }

    /** The one content whose upload this process began, if it came to that. */
    Optional<UUID> begunBy(long pid) {
        List<ContentRow> begun =
                rows.stream().filter(row -> row.owner().startsWith(pid + "@")).toList();
        if (begun.size() > 1) {
            throw new AssertionError("process " + pid + " began more than once: " + begun);
        }
        return begun.stream().map(ContentRow::id).findFirst();
    }

    Optional<ContentRow> row(UUID id) {
        return rows.stream().filter(row -> row.id().equals(id)).findFirst();
    }

    /** The content's state, {@code none} without a row. */
    String state(UUID id) {
        return row(id).map(ContentRow::state).orElse("none");
    }

    SortedSet<Integer> chunksOf(UUID id) {
        return chunks.getOrDefault(id, new TreeSet<>());
    }

    boolean announced(UUID id) {
        return manifests.containsKey(id);
    }

    boolean sealed(UUID id) {
        return manifests.getOrDefault(id, false);
    }
}
