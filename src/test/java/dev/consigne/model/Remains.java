package dev.consigne.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import dev.consigne.file.ContentId;
import dev.consigne.testing.CatalogRows;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;

/** What is left in both stores of the contents a world began, past the service's code. */
final class Remains {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** More than any upload of the model has. */
    private static final int CHUNKS = 8;

    private final CatalogRows rows;
    private final ReactiveMongoCollection<BsonDocument> chunks;
    private final ReactiveMongoCollection<BsonDocument> manifests;
    private final Collection<ContentId> begun;
    private final long before;

    Remains(CatalogRows rows, ReactiveMongoClient mongo, Collection<ContentId> begun) {
        this.rows = rows;
        this.begun = begun;
        chunks = mongo.getDatabase("consigne").getCollection("chunks", BsonDocument.class);
        manifests = mongo.getDatabase("consigne").getCollection("manifests", BsonDocument.class);
        before = rows.count("SELECT coalesce(max(seq), 0) FROM content");
    }

    /** Each published content is counted as often as it is referred to, and given up with the last reference, not before. */
    void assertCounted() {
        List<String> wrong = rows.query("""
                        SELECT c.state, c.refs, h.holders FROM content c CROSS JOIN LATERAL (
                            SELECT (SELECT count(*) FROM file f WHERE f.content_id = c.id)
                                 + (SELECT count(*) FROM file_version v WHERE v.content_id = c.id) AS holders) h
                        WHERE c.seq > $1 AND c.committed_at IS NOT NULL
                          AND (c.refs <> h.holders OR (c.state = 'LIVE') <> (h.holders > 0))
                        """, before).stream()
                .map(row -> row.getString("state") + " counted " + row.getInteger("refs") + " times, referred to "
                        + row.getLong("holders") + " times")
                .toList();
        assertThat(wrong).as("contents miscounted").isEmpty();
    }

    /** So many contents, all LIVE; no chunk and no manifest of any other. */
    void assertOnlyLive(int count) {
        List<String> states = rows.query("SELECT state FROM content WHERE seq > $1", before).stream()
                .map(row -> row.getString("state"))
                .toList();
        assertThat(states).as("rows when all delays are over").hasSize(count).allMatch("LIVE"::equals);
        Set<String> live = rows.query("SELECT id FROM content WHERE seq > $1", before).stream()
                .map(row -> row.getUUID("id").toString())
                .collect(Collectors.toSet());
        assertThat(inMongo()).as("documents of dead contents").allMatch(id -> live.contains(owner(id)));
    }

    void assertNothing() {
        assertThat(rows.count("SELECT count(*) FROM content WHERE seq > $1", before))
                .as("rows when everything is deleted")
                .isZero();
        assertThat(inMongo()).as("documents when everything is deleted").isEmpty();
    }

    private List<String> inMongo() {
        List<String> ids = begun.stream().map(id -> id.value().toString()).toList();
        List<String> keys = ids.stream()
                .flatMap(id -> IntStream.range(0, CHUNKS)
                        .mapToObj(number -> String.format(Locale.ROOT, "%s:%08d", id, number)))
                .toList();
        return Stream.concat(found(chunks, keys), found(manifests, ids)).toList();
    }

    private static Stream<String> found(ReactiveMongoCollection<BsonDocument> collection, List<String> keys) {
        return collection.find(Filters.in("_id", keys)).collect().asList().await().atMost(PATIENCE).stream()
                .map(document -> document.getString("_id").getValue());
    }

    private static String owner(String key) {
        return UUID.fromString(key.substring(0, 36)).toString();
    }
}
