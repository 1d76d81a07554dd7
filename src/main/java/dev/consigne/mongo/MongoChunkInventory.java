package dev.consigne.mongo;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.consigne.file.ContentId;
import dev.consigne.job.Announced;
import dev.consigne.job.ChunkInventory;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/**
 * What is there, without its bytes. Contents are listed through their manifests, which are small; only {@link
 * #nextWithChunks} walks the index of the chunks.
 */
@ApplicationScoped
class MongoChunkInventory implements ChunkInventory {
    private static final BsonDocument BY_ID = BsonDocument.parse("{_id: 1}");

    private final MongoStore store;
    private final MongoCollection<BsonDocument> manifests;
    private final MongoCollection<BsonDocument> chunks;

    MongoChunkInventory(MongoStore store) {
        this.store = store;
        this.manifests = store.collection("manifests");
        this.chunks = store.collection("chunks");
    }

    @Override
    public Uni<List<Announced>> announced(Optional<ContentId> after, int limit) {
        Bson rest = after.map(id -> Filters.gt("_id", id.toString())).orElse(Filters.empty());
        return store.all(manifests
                        .find(rest)
                        .sort(Sorts.ascending("_id"))
                        .limit(limit)
                        .batchSize(limit))
                .map(found -> found.stream().map(ManifestDocument::announced).toList());
    }

    @Override
    public Uni<Optional<Announced>> find(ContentId contentId) {
        return store.first(manifests.find(ManifestDocument.byId(contentId)).first())
                .map(found -> Optional.ofNullable(found).map(ManifestDocument::announced));
    }

    @Override
    public Uni<Set<Integer>> present(ContentId contentId, int first, int count) {
        return store.all(chunks.find(ChunkKey.window(contentId, first, count))
                        .projection(Projections.include("_id"))
                        .batchSize(count))
                .map(found -> found.stream()
                        .map(document ->
                                ChunkKey.number(document.getString("_id").getValue()))
                        .collect(Collectors.toSet()));
    }

    @Override
    public Uni<Optional<ContentId>> nextWithChunks(Optional<ContentId> after) {
        Bson rest = after.map(id -> Filters.gt("_id", ChunkKey.afterAllOf(id))).orElse(Filters.empty());
        return store.first(chunks.find(rest)
                        .projection(Projections.include("_id"))
                        .sort(Sorts.ascending("_id"))
                        .hint(BY_ID)
                        .first())
                .map(found -> Optional.ofNullable(found)
                        .map(document ->
                                ChunkKey.contentId(document.getString("_id").getValue())));
    }
}
