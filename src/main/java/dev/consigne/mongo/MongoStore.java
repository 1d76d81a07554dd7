package dev.consigne.mongo;

import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.codecs.Codec;
import org.bson.codecs.configuration.CodecRegistries;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;

/**
 * The database and the guarantees asked of it: writes are durable on a majority ({@code w: majority, j: true}), reads
 * come from the primary and only see what a majority has.
 */
@ApplicationScoped
class MongoStore {
    /** The driver and the server end an operation themselves; this is for the case that they do not. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /**
     * The driver itself does not send again everything, and to a server without sessions nothing. Each time may meet
     * another connection that broke; with the pauses between them these take some seconds.
     */
    private static final int CONNECTION_RETRIES = 10;

    private final MongoDatabase database;
    private final Duration timeout;

    MongoStore(ReactiveMongoClient client, MongoConfig config) {
        this.timeout = config.timeout();
        this.database = client.getDatabase(config.database())
                .unwrap()
                .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
                .withReadConcern(ReadConcern.MAJORITY)
                .withReadPreference(ReadPreference.primary())
                .withTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    MongoCollection<BsonDocument> collection(String name) {
        return database.getCollection(name, BsonDocument.class);
    }

    <T> MongoCollection<T> collection(String name, Codec<T> codec) {
        return database.withCodecRegistry(
                        CodecRegistries.fromRegistries(CodecRegistries.fromCodecs(codec), database.getCodecRegistry()))
                .getCollection(name, codec.getEncoderClass());
    }

    /** The first item or null, with failures in the service's terms. */
    <T> Uni<T> first(Publisher<T> publisher) {
        return bounded(Uni.createFrom().publisher(flow(publisher)));
    }

    /** All items; the caller has bounded their number. */
    <T> Uni<List<T>> all(Publisher<T> publisher) {
        return bounded(Multi.createFrom().publisher(flow(publisher)).collect().asList());
    }

    /**
     * Whatever is asked of this store may be asked again: chunks and manifests have names, and the same one is the same.
     * So an upload outlives a server that restarts; the driver waits for it as long as it waits to select a server.
     */
    private <T> Uni<T> bounded(Uni<T> operation) {
        return operation
                .onFailure(MongoErrors::isConnectionLost)
                .retry()
                .withBackOff(Duration.ofMillis(50), Duration.ofSeconds(1))
                .withJitter(0.5)
                .atMost(CONNECTION_RETRIES)
                .ifNoItem()
                .after(timeout.plus(GRACE))
                .fail()
                .onFailure()
                .transform(MongoErrors::translate);
    }

    private static <T> Flow.Publisher<T> flow(Publisher<T> publisher) {
        return FlowAdapters.toFlowPublisher(publisher);
    }
}
