package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.memory.Caller;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** Store, find, read, list and delete files. */
@ApplicationScoped
public class FileService {
    private static final Logger LOG = Logger.getLogger(FileService.class);

    private final FileCatalog catalog;
    private final ChunkStore chunks;
    private final FileConfig config;
    private final Ticker ticker;
    private final FileMeters meters;
    private final UploadProtocol uploads;
    private final FileChanges changes;
    private final TransferMemory memory;

    public FileService(
            FileCatalog catalog,
            ChunkStore chunks,
            FileConfig config,
            Ids ids,
            Ticker ticker,
            FileMeters meters,
            ProtocolProbe probe,
            MemoryBudget budget) {
        this.catalog = catalog;
        this.chunks = chunks;
        this.config = config;
        this.ticker = ticker;
        this.meters = meters;
        this.memory = new TransferMemory(budget, config, meters);
        this.uploads = new UploadProtocol(catalog, chunks, config, ids, ticker, meters, probe, memory);
        this.changes = new FileChanges(catalog, config, ids);
    }

    /**
     * Stores the body under the name and answers when it is durable in both stores. Until then nothing of it is visible,
     * and what the name meant before stays. The body is subscribed to once everything that can be refused early has
     * been; if it fails, so does the upload, and the collector removes what was written.
     *
     * <p>With a key that was stored under before, the body is read and compared, nothing is stored, and the answer is the
     * one given then.
     *
     * <p>Memory: the chunk being filled, reserved before anything else is done, and as many in flight as others can spare.
     *
     * @return fails with {@link ErrorCode#OVERLOADED}, {@link ErrorCode#TOO_MANY_TRANSFERS}, {@link ErrorCode#BUCKET_NOT_FOUND}, {@link ErrorCode#PRECONDITION_FAILED}, {@link
     *     ErrorCode#PRECONDITION_REQUIRED}, {@link ErrorCode#CONTENT_TOO_LARGE}, {@link ErrorCode#LENGTH_MISMATCH}, {@link ErrorCode#DIGEST_MISMATCHED_VALUES}, {@link ErrorCode#DIGEST_INVALID_VALUES}, {@link ErrorCode#UPLOAD_LOST}, {@link ErrorCode#IDEMPOTENCY_KEY_REUSED}, {@link
     *     ErrorCode#REQUEST_IN_PROGRESS}, {@link ErrorCode#QUOTA_EXCEEDED}, {@link ErrorCode#STORE_UNAVAILABLE}, {@link ErrorCode#STORE_FULL}, {@link
     *     ErrorCode#COMMIT_UNKNOWN}, or as the body fails
     */
    public Uni<FileRecord> store(Caller caller, UploadCommand command, Multi<ByteBuffer> body) {
        return Uni.createFrom().deferred(() -> metered(caller, command, body));
    }

    private Uni<FileRecord> metered(Caller caller, UploadCommand command, Multi<ByteBuffer> body) {
        long start = ticker.nanos();
        AtomicLong bytes = new AtomicLong();
        Uni<FileRecord> stored =
                uploads.store(caller, command, new Watched(body, buffer -> bytes.addAndGet(buffer.remaining())));
        meters.uploadBegan();
        return stored.onTermination()
                .invoke((file, failure, cancelled) ->
                        meters.uploadEnded(result(failure != null, cancelled), ticker.since(start), bytes.get()));
    }

    /** The file, or {@link ErrorCode#FILE_NOT_FOUND}. */
    public Uni<FileRecord> file(FileId id) {
        return required(catalog.find(id));
    }

    /** The file, or {@link ErrorCode#FILE_NOT_FOUND}. */
    public Uni<FileRecord> file(BucketName bucket, FileName name) {
        return required(catalog.find(bucket, name));
    }

    /** As {@link FileListing#list}. */
    public Uni<FilePage> list(ListQuery query) {
        return catalog.list(query);
    }

    /**
     * Changes what is said about a file, if the conditions hold for its record; what somebody else said meanwhile is
     * never overwritten unseen.
     *
     * @param change called with what is said now, and again if that changed before it could be replaced; pure
     * @return the file as it is then; fails with {@link ErrorCode#FILE_NOT_FOUND}, {@link ErrorCode#PRECONDITION_FAILED},
     *     {@link ErrorCode#PRECONDITION_REQUIRED}, {@link ErrorCode#COMMIT_UNKNOWN}, or as the change does
     */
    public Uni<FileRecord> change(FileId id, Preconditions preconditions, UnaryOperator<Labels> change) {
        return changes.change(id, preconditions, change);
    }

    /**
     * Makes a file that has the same bytes, at once whatever their number: content never changes, so both can have it.
     *
     * @param preconditions about the record of the source
     * @param target what to make of the source as it is seen; its own conditions are about what it replaces
     * @return the copy; fails with {@link ErrorCode#FILE_NOT_FOUND}, {@link ErrorCode#PRECONDITION_FAILED}, {@link
     *     ErrorCode#CONTENT_DAMAGED}, {@link ErrorCode#NAME_TAKEN}, and as {@link #store} does
     */
    public Uni<FileRecord> copy(FileId id, Preconditions preconditions, Function<FileRecord, UploadCommand> target) {
        return changes.copy(id, preconditions, target);
    }

    /**
     * Stores the bytes of some files, one after the other, as another. They are read and written as in a download and an
     * upload, one part at a time; what a part is when this begins is what is read of it, whatever it is meanwhile.
     *
     * @param parts in their order; a file may be there more than once
     * @param target what to make of the parts as they are seen; its own conditions are about what it replaces
     * @return the file; fails with {@link ErrorCode#FILE_NOT_FOUND}, {@link ErrorCode#PRECONDITION_FAILED} and {@link
     *     ErrorCode#CONTENT_DAMAGED} as a part does, and say which in the problem, with {@link
     *     ErrorCode#NAME_TAKEN}, and as {@link #store} does
     */
    public Uni<FileRecord> compose(
            Caller caller, List<CompositionPart> parts, Function<List<FileRecord>, UploadCommand> target) {
        return Multi.createFrom()
                .range(0, parts.size())
                .onItem()
                .transformToUniAndConcatenate(number -> part(number, parts.get(number)))
                .collect()
                .asList()
                .chain(files -> composed(caller, files, target.apply(files)));
    }

    private Uni<FileRecord> part(int number, CompositionPart part) {
        return catalog.find(part.id())
                .map(found -> FileChanges.copied(found, part.preconditions(), FileRecord::ofContent))
                .onFailure(ServiceException.class)
                .invoke(failure -> failure.with("part", number));
    }

    /** What it takes to read and what it takes to write is reserved before anything is written. */
    private Uni<FileRecord> composed(Caller caller, List<FileRecord> parts, UploadCommand command) {
        long longest = parts.stream().mapToLong(FileRecord::length).max().orElse(0);
        Uni<FileRecord> stored = Uni.createFrom().deferred(() -> {
            Reservation held = memory.forDownload(caller, longest);
            Multi<ByteBuffer> body = joined(parts.stream()
                    .map(part -> bytes(part, new Slice(0, part.length()), held))
                    .toList());
            return store(caller, command, body).onTermination().invoke(held::release);
        });
        return FileChanges.nameTaken(command, stored);
    }

    /**
     * Gives a file another name, in its bucket or another, and moves no byte. Its id stays.
     *
     * @param preconditions about its record
     * @param bucket where to; empty: stays where it is
     * @return the file as it is then; fails with {@link ErrorCode#FILE_NOT_FOUND}, {@link ErrorCode#PRECONDITION_FAILED},
     *     {@link ErrorCode#PRECONDITION_REQUIRED}, {@link ErrorCode#NAME_TAKEN}, {@link ErrorCode#BUCKET_NOT_FOUND},
     *     {@link ErrorCode#CONTENT_TOO_LARGE}, {@link ErrorCode#QUOTA_EXCEEDED}, {@link ErrorCode#COMMIT_UNKNOWN}
     */
    public Uni<FileRecord> move(FileId id, Preconditions preconditions, Optional<BucketName> bucket, FileName name) {
        return changes.move(id, preconditions, bucket, name);
    }

    /** Deletes the file whatever its state. {@link ErrorCode#FILE_NOT_FOUND} if there is none. */
    public Uni<Void> delete(FileId id) {
        return delete(id, Preconditions.NONE);
    }

    /** As {@link #delete(FileId, Preconditions)}, whatever its state. */
    public Uni<Void> delete(BucketName bucket, FileName name) {
        return delete(bucket, name, Preconditions.NONE);
    }

    /**
     * Deletes the file, if the conditions hold for its record; its content is kept for the retention.
     *
     * @return fails with {@link ErrorCode#FILE_NOT_FOUND}, {@link ErrorCode#PRECONDITION_FAILED}, {@link
     *     ErrorCode#PRECONDITION_REQUIRED}, {@link ErrorCode#COMMIT_UNKNOWN}
     */
    public Uni<Void> delete(FileId id, Preconditions preconditions) {
        return changes.delete(() -> catalog.find(id), preconditions, FileRecord::ofRecord);
    }

    /** As {@link #delete(FileId, Preconditions)}, the conditions being about its bytes. */
    public Uni<Void> delete(BucketName bucket, FileName name, Preconditions preconditions) {
        return changes.delete(() -> catalog.find(bucket, name), preconditions, FileRecord::ofContent);
    }

    /**
     * The bytes of the slice, read on demand, each chunk checked before it is handed over. A slice that is the whole
     * content is checked against its CRC32C too, and if the settings say so its SHA-256, before its last buffer leaves.
     *
     * <p>Memory: two buffers, reserved when it is subscribed to and until more is asked for than there is, and at most three
     * windows of chunks as long as others can spare them.
     *
     * @param file as found; open reads go on for the retention after the file was replaced or deleted
     * @return buffers of at most 64 KiB; fails with {@link ErrorCode#OVERLOADED}, {@link ErrorCode#TOO_MANY_TRANSFERS},
     *     {@link ErrorCode#CONTENT_DAMAGED}, {@link ErrorCode#STORE_UNAVAILABLE}
     */
    public Multi<ByteBuffer> content(Caller caller, FileRecord file, Slice slice) {
        return content(caller, file, List.of(slice), (only, bytes) -> bytes);
    }

    /**
     * As {@link #content(Caller, FileRecord, Slice)}, of several slices one after the other. The memory of one is reserved
     * for all of them: what has begun is not refused half-way.
     *
     * @param framed makes of a slice and its bytes what is sent; subscribed to when its turn comes
     */
    public Multi<ByteBuffer> content(
            Caller caller,
            FileRecord file,
            List<Slice> slices,
            BiFunction<Slice, Multi<ByteBuffer>, Multi<ByteBuffer>> framed) {
        long longest = slices.stream().mapToLong(Slice::length).max().orElse(0);
        return Multi.createFrom().deferred(() -> {
            Reservation held = memory.forDownload(caller, longest);
            Multi<ByteBuffer> body = joined(slices.stream()
                    .map(slice -> framed.apply(slice, metered(bytes(file, slice, held))))
                    .toList());
            return new EndOnDemand(body).onTermination().invoke(held::release);
        });
    }

    private static Multi<ByteBuffer> joined(List<Multi<ByteBuffer>> streams) {
        return streams.size() == 1
                ? streams.get(0)
                : Multi.createBy().concatenating().streams(streams);
    }

    private Multi<ByteBuffer> bytes(FileRecord file, Slice slice, Reservation held) {
        return read(file.content(), slice, held)
                .onFailure(DamagedContentException.class)
                .call(this::report)
                .onFailure(DamagedContentException.class)
                .transform(failure -> damaged());
    }

    private Multi<ByteBuffer> read(StoredContent content, Slice slice, Reservation held) {
        IntSupplier window = () -> memory.window(content.layout().chunkSize());
        Multi<ByteBuffer> bytes =
                new ChunkReader(ChunkReads.timed(chunks, ticker, meters), content, slice, held, window, memory::piece);
        return config.digestOnRead() && slice.length() == content.layout().length()
                ? DigestCheck.over(bytes, content)
                : bytes;
    }

    /** Throws {@link ErrorCode#CONTENT_DAMAGED} if the file is known to be damaged. */
    public void requireReadable(FileRecord file) {
        if (file.damaged()) {
            throw damaged();
        }
    }

    private Multi<ByteBuffer> metered(Multi<ByteBuffer> bytes) {
        return Multi.createFrom().deferred(() -> {
            long start = ticker.nanos();
            AtomicLong count = new AtomicLong();
            meters.downloadBegan();
            return new Watched(bytes, buffer -> count.addAndGet(buffer.remaining()))
                    .onTermination()
                    .invoke((failure, cancelled) ->
                            meters.downloadEnded(result(failure != null, cancelled), ticker.since(start), count.get()));
        });
    }

    /** Marks the row, unless the content was removed in the meantime: a download may outlive the retention. */
    private Uni<Void> report(Throwable failure) {
        DamagedContentException damage = (DamagedContentException) failure;
        return catalog.markDamaged(damage.contentId(), damage.finding())
                .invoke(marked -> {
                    if (marked) {
                        meters.integrityFailure();
                        LOG.errorf("contentId=%s is damaged: %s", damage.contentId(), damage.finding());
                    }
                })
                .onFailure()
                .invoke(f -> LOG.errorf(f, "contentId=%s is damaged: %s", damage.contentId(), damage.finding()))
                .onFailure()
                .recoverWithItem(false)
                .replaceWithVoid();
    }

    private static Uni<FileRecord> required(Uni<Optional<FileRecord>> found) {
        return found.map(file -> file.orElseThrow(FileChanges::notFound));
    }

    static ServiceException damaged() {
        return new ServiceException(
                ErrorCode.CONTENT_DAMAGED,
                "The stored content is damaged and is not served. Storing it again heals it.");
    }

    private static FileMeters.Result result(boolean failed, boolean cancelled) {
        return cancelled ? FileMeters.Result.CANCELLED : failed ? FileMeters.Result.FAILED : FileMeters.Result.OK;
    }
}
