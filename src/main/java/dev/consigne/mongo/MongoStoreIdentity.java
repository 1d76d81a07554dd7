package dev.consigne.mongo;

import com.mongodb.reactivestreams.client.MongoCollection;
import dev.consigne.startup.StoreIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** The chunk store's mark: one document in the collection {@code meta}. */
@ApplicationScoped
class MongoStoreIdentity implements StoreIdentity.OfChunks {
    private static final BsonString ID = new BsonString("identity");

    private final MongoStore store;
    private final MongoCollection<BsonDocument> meta;

    MongoStoreIdentity(MongoStore store) {
        this.store = store;
        this.meta = store.collection("meta");
    }

    @Override
    public Uni<Optional<UUID>> read() {
        return store.first(meta.find(new BsonDocument("_id", ID)).first())
                .map(found -> Optional.ofNullable(found)
                        .map(document ->
                                UUID.fromString(document.getString("storeId").getValue())));
    }

    @Override
    public Uni<Void> write(UUID storeId) {
        return store.first(meta.insertOne(
                        new BsonDocument("_id", ID).append("storeId", new BsonString(storeId.toString()))))
                .replaceWithVoid()
                .onFailure(MongoErrors::isDuplicateKey)
                .recoverWithNull();
    }
}
