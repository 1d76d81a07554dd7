package dev.consigne.mongo;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.consigne.job.StoreMarks;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;

/** The chunk store's half of the crosswise marks: one document in the collection {@code meta}. */
@ApplicationScoped
class MongoStoreMarks implements StoreMarks.OfChunks {
    private static final Bson ID = Filters.eq("mark");
    private static final String NUMBER = "number";

    private final MongoStore store;
    private final MongoCollection<BsonDocument> meta;

    MongoStoreMarks(MongoStore store) {
        this.store = store;
        this.meta = store.collection("meta");
    }

    @Override
    public Uni<Long> readMark() {
        return store.first(meta.find(ID).first())
                .map(found -> found == null
                        ? 0L
                        : Long.valueOf(found.getNumber(NUMBER).longValue()));
    }

    @Override
    public Uni<Void> writeMark(long number, boolean back) {
        Bson change = back ? Updates.set(NUMBER, number) : Updates.max(NUMBER, number);
        return store.first(meta.updateOne(ID, change, new UpdateOptions().upsert(true)))
                .replaceWithVoid();
    }
}
