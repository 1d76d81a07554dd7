package dev.consigne.bench.throughput;

import com.mongodb.WriteConcern;
import com.mongodb.client.gridfs.model.GridFSUploadOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.result.InsertOneResult;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import com.mongodb.reactivestreams.client.gridfs.GridFSBucket;
import com.mongodb.reactivestreams.client.gridfs.GridFSBuckets;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.types.ObjectId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The driver in this process: inserts and reads of chunk documents, the ceiling of whatever stores through it, and its own
 * {@code GridFSBucket}, which users have today. All writes {@code w: majority, j: true}.
 *
 * <p>Each GridFS file has collections of its own: the embedded server reads all chunks of a collection to find those of a
 * file, and a comparison with that would be none.
 */
final class DriverArms implements AutoCloseable {
    private static final Duration BOUND = Duration.ofMinutes(5);
    private static final int GRIDFS_READ_BYTES = 1 << 20;

    private final MongoClient client;
    private final MongoDatabase database;
    private final MongoCollection<BsonDocument> written;
    private final MongoCollection<BsonDocument> stored;
    private final byte[] content;
    private final List<Long> self = List.of(ProcessHandle.current().pid());
    private final AtomicInteger gridFs = new AtomicInteger();

    /** @param content what every file has */
    DriverArms(String address, byte[] content) {
        this.client = MongoClients.create(address);
        this.database = client.getDatabase("bench").withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
        this.written = database.getCollection("written", BsonDocument.class);
        this.stored = database.getCollection("stored", BsonDocument.class);
        this.content = content;
    }

    /** Inserts the content so many times, one file after the other. */
    Arm inserts(int files, int chunk, int inFlight) {
        Arm.Work work = () -> {
            for (int file = 0; file < files; file++) {
                insert(written, UUID.randomUUID().toString(), chunk, inFlight);
            }
        };
        return new Arm(insertsOf(chunk, inFlight), self, work, () -> drop(written));
    }

    /** The name of that arm. */
    static String insertsOf(int chunk, int inFlight) {
        return "driver, insertOne of " + (chunk >> 10) + " KiB, " + inFlight + " in flight";
    }

    /** Inserts as many files, so many at once with four chunks of each in flight, as the service does. */
    Arm insertsTogether(int files, int chunk, int together) {
        Arm.Work work = () -> Flux.range(0, files)
                .flatMap(file -> inserting(written, UUID.randomUUID().toString(), chunk, 4), together)
                .blockLast(BOUND);
        return new Arm("driver, insertOne, " + together + " files at once", self, work, () -> drop(written));
    }

    private static void drop(MongoCollection<?> collection) {
        Mono.from(collection.drop()).block(BOUND);
    }

    private void insert(MongoCollection<BsonDocument> chunks, String file, int chunk, int inFlight) {
        inserting(chunks, file, chunk, inFlight).blockLast(BOUND);
    }

    private Flux<InsertOneResult> inserting(
            MongoCollection<BsonDocument> chunks, String file, int chunk, int inFlight) {
        return Flux.range(0, content.length / chunk)
                .flatMap(number -> chunks.insertOne(document(file, number, chunk)), inFlight);
    }

    private BsonDocument document(String file, int number, int chunk) {
        byte[] bytes = new byte[chunk];
        System.arraycopy(content, number * chunk, bytes, 0, chunk);
        return new BsonDocument("_id", key(file, number)).append("d", new BsonBinary(bytes));
    }

    private static BsonString key(String file, int number) {
        return new BsonString("%s:%08d".formatted(file, number));
    }

    /** Reads a file so many times, some chunks at a time, the next of them while these are taken. */
    Arm reads(int files, int chunk, int window) {
        String file = UUID.randomUUID().toString();
        insert(stored, file, chunk, 8);
        int count = content.length / chunk;
        return new Arm("driver, $in of " + window, self, () -> {
            for (int i = 0; i < files; i++) {
                AtomicLong read = new AtomicLong();
                Flux.range(0, count / window)
                        .flatMapSequential(
                                part -> Flux.from(stored.find(Filters.in("_id", keys(file, part * window, window)))
                                                .batchSize(window))
                                        .collectList(),
                                2)
                        .doOnNext(found -> found.forEach(chunkFound ->
                                read.addAndGet(chunkFound.getBinary("d").getData().length)))
                        .blockLast(BOUND);
                requireWhole(read.get());
            }
        });
    }

    private static List<BsonString> keys(String file, int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> key(file, number))
                .toList();
    }

    Arm gridFsUploads(int files, int chunk) {
        List<GridFSBucket> filled = new ArrayList<>();
        Arm.Work work = () -> {
            for (int file = 0; file < files; file++) {
                filled.add(store(chunk).bucket());
            }
        };
        return new Arm("GridFSBucket, " + (chunk >> 10) + " KiB", self, work, () -> {
            filled.forEach(bucket -> Mono.from(bucket.drop()).block(BOUND));
            filled.clear();
        });
    }

    Arm gridFsDownloads(int files, int chunk) {
        Stored stored = store(chunk);
        return new Arm("GridFSBucket, " + (chunk >> 10) + " KiB", self, () -> {
            for (int file = 0; file < files; file++) {
                AtomicLong read = new AtomicLong();
                Flux.from(stored.bucket().downloadToPublisher(stored.id()).bufferSizeBytes(GRIDFS_READ_BYTES))
                        .doOnNext(bytes -> read.addAndGet(bytes.remaining()))
                        .blockLast(BOUND);
                requireWhole(read.get());
            }
        });
    }

    /** So many small files, so many at a time. */
    Arm gridFsSmall(int files, int length, int clients) {
        return new Arm("GridFSBucket", self, () -> {
            GridFSBucket bucket = GridFSBuckets.create(database, "small" + gridFs.incrementAndGet());
            Flux.range(0, files)
                    .flatMap(
                            file -> bucket.uploadFromPublisher(
                                    "s" + file,
                                    Flux.just(
                                            ByteBuffer.wrap(content, 0, length).slice())),
                            clients)
                    .blockLast(BOUND);
        });
    }

    private Stored store(int chunk) {
        GridFSBucket bucket = GridFSBuckets.create(database, "large" + gridFs.incrementAndGet());
        Flux<ByteBuffer> source = Flux.range(0, content.length >> 20)
                .map(part -> ByteBuffer.wrap(content, part << 20, 1 << 20).slice());
        ObjectId id = Mono.from(
                        bucket.uploadFromPublisher("f", source, new GridFSUploadOptions().chunkSizeBytes(chunk)))
                .block(BOUND);
        if (id == null) {
            throw new IllegalStateException("GridFS gave no id");
        }
        return new Stored(bucket, id);
    }

    private void requireWhole(long read) {
        if (read != content.length) {
            throw new IllegalStateException("read " + read + " of " + content.length);
        }
    }

    @Override
    public void close() {
        Mono.from(database.drop()).block(BOUND);
        client.close();
    }

    private record Stored(GridFSBucket bucket, ObjectId id) {}
}
