package dev.consigne.mongo;

import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Chunk;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.Manifest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * Chunks and manifests in two collections, both reached by {@code _id} alone: equality, or {@code $in} of a small
 * window. No second index, no range, sort or count; see docs/decisions/0003.
 */
@ApplicationScoped
class MongoChunkStore implements ChunkStore {
    private final MongoStore store;
    private final MongoCollection<Chunk> chunks;
    private final MongoCollection<BsonDocument> manifests;

    MongoChunkStore(MongoStore store) {
        this.store = store;
        this.chunks = store.collection("chunks", new ChunkCodec());
        this.manifests = store.collection("manifests");
    }

    @Override
    public Uni<Void> announce(ContentId contentId, int chunkLimit) {
        return store.first(manifests.updateOne(
                        ManifestDocument.byId(contentId),
                        ManifestDocument.announcing(chunkLimit),
                        new UpdateOptions().upsert(true)))
                .replaceWithVoid();
    }

    /** An insert costs a server less than a replacement; that it is there already is what the driver's repetition meets. */
    @Override
    public Uni<Void> announce(Manifest manifest) {
        return store.first(manifests.insertOne(ManifestDocument.of(manifest)))
                .replaceWithVoid()
                .onFailure(MongoErrors::isDuplicateKey)
                .recoverWithUni(() -> seal(manifest));
    }

    @Override
    public Uni<Void> write(Chunk chunk) {
        return store.first(chunks.insertOne(chunk))
                .replaceWithVoid()
                .onFailure(MongoErrors::isDuplicateKey)
                .recoverWithUni(() -> requireSame(chunk));
    }

    /** The driver repeats an insert whose answer it lost; the document it then meets is its own. */
    private Uni<Void> requireSame(Chunk chunk) {
        return read(chunk.contentId(), chunk.number(), 1)
                .invoke(found -> {
                    if (found.isEmpty()) {
                        throw new ServiceException(
                                ErrorCode.STORE_UNAVAILABLE, "The content store has not settled; try again.");
                    }
                    boolean same = found.size() == 1
                            && found.get(0).crc32c() == chunk.crc32c()
                            && found.get(0).data().equals(chunk.data());
                    if (!same) {
                        throw new ServiceException(
                                ErrorCode.UPLOAD_LOST,
                                "Chunk " + chunk.number() + " was written by somebody else. Upload it again.");
                    }
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> seal(Manifest manifest) {
        return store.first(manifests.replaceOne(
                        ManifestDocument.byId(manifest.content().contentId()),
                        ManifestDocument.of(manifest),
                        new ReplaceOptions().upsert(true)))
                .replaceWithVoid();
    }

    @Override
    public Uni<Optional<Manifest>> manifest(ContentId contentId) {
        return store.first(manifests.find(ManifestDocument.byId(contentId)).first())
                .map(found -> found == null ? Optional.empty() : ManifestDocument.parse(found));
    }

    /** In one message: without the limit the server would keep a cursor for what may follow. */
    @Override
    public Uni<List<Chunk>> read(ContentId contentId, int first, int count) {
        return store.all(chunks.find(ChunkKey.window(contentId, first, count))
                .batchSize(count)
                .limit(count));
    }

    @Override
    public Uni<Long> delete(ContentId contentId, int first, int count) {
        return store.first(chunks.deleteMany(ChunkKey.window(contentId, first, count)))
                .map(result -> result.getDeletedCount());
    }

    @Override
    public Uni<Void> forget(ContentId contentId) {
        return store.first(manifests.deleteOne(ManifestDocument.byId(contentId)))
                .replaceWithVoid();
    }
}
