package dev.consigne.testing;

import com.mongodb.client.model.Filters;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** The chunk documents themselves, to damage them behind the service's back. */
public final class StoredChunks {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ReactiveMongoCollection<BsonDocument> chunks;

    public StoredChunks(ReactiveMongoClient client) {
        this.chunks = client.getDatabase("consigne").getCollection("chunks", BsonDocument.class);
    }

    public void delete(UUID contentId, int number) {
        long count = chunks.deleteOne(Filters.eq(key(contentId, number)))
                .await()
                .atMost(PATIENCE)
                .getDeletedCount();
        requireOne(count);
    }

    /** How many chunks with a number below the limit are there. */
    public int count(UUID contentId, int limit) {
        List<String> keys = IntStream.range(0, limit)
                .mapToObj(number -> key(contentId, number))
                .toList();
        return chunks.find(Filters.in("_id", keys))
                .collect()
                .asList()
                .await()
                .atMost(PATIENCE)
                .size();
    }

    /** Deletes all chunks of a large content when a test is done with it. */
    public void deleteAll(UUID contentId, int count) {
        for (int first = 0; first < count; first += 100) {
            List<String> keys = IntStream.range(first, Math.min(first + 100, count))
                    .mapToObj(number -> key(contentId, number))
                    .toList();
            chunks.deleteMany(Filters.in("_id", keys)).await().atMost(PATIENCE);
        }
    }

    /** One bit of the stored bytes turns over; the checksum stays. */
    public void flipBit(UUID contentId, int number) {
        BsonDocument chunk = read(contentId, number);
        byte[] data = chunk.getBinary("d").getData().clone();
        data[data.length / 2] ^= 1;
        replace(chunk.append("d", new BsonBinary(data)));
    }

    /** The last byte is lost, with its checksum made right for the rest. */
    public void shorten(UUID contentId, int number) {
        BsonDocument chunk = read(contentId, number);
        byte[] data = chunk.getBinary("d").getData();
        byte[] rest = java.util.Arrays.copyOf(data, data.length - 1);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(rest);
        replace(chunk.append("d", new BsonBinary(rest)).append("k", new BsonInt64(crc.getValue())));
    }

    /** Two chunks change places, each whole and with its own checksum. */
    public void swap(UUID contentId, int one, int other) {
        BsonDocument first = read(contentId, one);
        BsonDocument second = read(contentId, other);
        BsonString firstKey = first.getString("_id");
        BsonString secondKey = second.getString("_id");
        replace(first.append("_id", secondKey));
        replace(second.append("_id", firstKey));
    }

    /** A copy of one chunk, whole and with its own checksum, under another's name, whatever is there. */
    public void copy(UUID fromContent, int fromNumber, UUID toContent, int toNumber) {
        String key = key(toContent, toNumber);
        chunks.deleteOne(Filters.eq(key)).await().atMost(PATIENCE);
        chunks.insertOne(read(fromContent, fromNumber).append("_id", new BsonString(key)))
                .await()
                .atMost(PATIENCE);
    }

    private BsonDocument read(UUID contentId, int number) {
        return chunks.find(Filters.eq(key(contentId, number))).toUni().await().atMost(PATIENCE);
    }

    private void replace(BsonDocument chunk) {
        long count = chunks.replaceOne(Filters.eq(chunk.getString("_id").getValue()), chunk)
                .await()
                .atMost(PATIENCE)
                .getModifiedCount();
        requireOne(count);
    }

    private static void requireOne(long count) {
        if (count != 1) {
            throw new AssertionError(count + " chunks were there to be changed, not 1");
        }
    }

    private static String key(UUID contentId, int number) {
        return String.format(Locale.ROOT, "%s:%08d", contentId, number);
    }
}
