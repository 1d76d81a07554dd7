package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Store, find, read, list and delete files. */
@ApplicationScoped
public class FileService {
    private static final Logger LOG = Logger.getLogger(FileService.class);

    /** A delete that keeps meeting a newer content of the same file looks again this often. */
    private static final int DELETE_ATTEMPTS = 5;

    private final FileCatalog catalog;
    private final ChunkStore chunks;
    private final FileConfig config;
    private final Ticker ticker;
    private final FileMeters meters;
    private final UploadProtocol uploads;

    public FileService(
            FileCatalog catalog,
            ChunkStore chunks,
            FileConfig config,
            Ids ids,
            Ticker ticker,
            FileMeters meters,
            ProtocolProbe probe) {
        this.catalog = catalog;
        this.chunks = chunks;
        this.config = config;
        this.ticker = ticker;
        this.meters = meters;
        this.uploads = new UploadProtocol(catalog, chunks, config, ids, ticker, meters, probe);
    }

    /**
     * Stores the body under the name and answers when it is durable in both stores. Until then nothing of it is visible,
     * and what the name meant before stays. The body is subscribed to once everything that can be refused early has
     * been; if it fails, so does the upload, and the collector removes what was written.
     *
     * <p>With a key that was stored under before, the body is read and compared, nothing is stored, and the answer is the
     * one given then.
     *
     * <p>Memory: the chunks in flight, one waiting and one being filled.
     *
     * @return fails with {@link ErrorCode#BUCKET_NOT_FOUND}, {@link ErrorCode#CONTENT_TOO_LARGE}, {@link
     *     ErrorCode#LENGTH_MISMATCH}, {@link ErrorCode#UPLOAD_LOST}, {@link ErrorCode#IDEMPOTENCY_KEY_REUSED}, {@link
     *     ErrorCode#REQUEST_IN_PROGRESS}, {@link ErrorCode#QUOTA_EXCEEDED}, {@link ErrorCode#STORE_UNAVAILABLE}, {@link ErrorCode#STORE_FULL}, {@link
     *     ErrorCode#COMMIT_UNKNOWN}, or as the body fails
     */
    public Uni<FileRecord> store(UploadCommand command, Multi<ByteBuffer> body) {
        long start = ticker.nanos();
        AtomicLong bytes = new AtomicLong();
        meters.uploadBegan();
        return uploads.store(command, body.invoke(buffer -> bytes.addAndGet(buffer.remaining())))
                .onTermination()
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

    public Uni<FilePage> list(ListQuery query) {
        return catalog.list(query);
    }

    /** Deletes the file; its content is kept for the retention. {@link ErrorCode#FILE_NOT_FOUND} if there is none. */
    public Uni<Void> delete(FileId id) {
        return delete(() -> file(id), DELETE_ATTEMPTS);
    }

    /** As {@link #delete(FileId)}. */
    public Uni<Void> delete(BucketName bucket, FileName name) {
        return delete(() -> file(bucket, name), DELETE_ATTEMPTS);
    }

    /**
     * The bytes of the slice, read on demand, each chunk checked before it is handed over. A slice that is the whole
     * content is checked against its SHA-256 too, before its last buffer leaves. Memory: two windows of chunks.
     *
     * @param file as found; open reads go on for the retention after the file was replaced or deleted
     * @return fails with {@link ErrorCode#CONTENT_DAMAGED}, {@link ErrorCode#STORE_UNAVAILABLE}
     */
    public Multi<ByteBuffer> content(FileRecord file, Slice slice) {
        StoredContent content = file.content();
        Multi<ByteBuffer> bytes = new ChunkReader(chunks, content, slice, config.readWindow());
        if (slice.length() == content.layout().length()) {
            bytes = DigestCheck.over(bytes, content);
        }
        return metered(bytes.onFailure(DamagedContentException.class)
                .call(this::report)
                .onFailure(DamagedContentException.class)
                .transform(failure -> damaged()));
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
            return bytes.invoke(buffer -> count.addAndGet(buffer.remaining()))
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

    private Uni<Void> delete(Supplier<Uni<FileRecord>> look, int attempts) {
        return look.get()
                .chain(file -> catalog.delete(file, config.retention())
                        .onFailure(UnknownOutcomeException.class)
                        .recoverWithUni(cause -> readBackDelete(file, cause))
                        .chain(gone -> {
                            if (gone) {
                                return Uni.createFrom().voidItem();
                            }
                            return attempts > 1
                                    ? delete(look, attempts - 1)
                                    : Uni.createFrom()
                                            .failure(new ServiceException(
                                                    ErrorCode.STORE_UNAVAILABLE,
                                                    "The file keeps being replaced; try again."));
                        }));
    }

    private Uni<Boolean> readBackDelete(FileRecord file, Throwable cause) {
        LOG.warnf(cause, "fileId=%s delete gave no clear answer, reading back", file.id());
        return catalog.confirmDeleted(file)
                .onFailure()
                .transform(failure -> new ServiceException(
                        ErrorCode.COMMIT_UNKNOWN,
                        "Whether the file was deleted is not known. Send the request again: that is safe.",
                        cause));
    }

    private static Uni<FileRecord> required(Uni<Optional<FileRecord>> found) {
        return found.map(file -> file.orElseThrow(() ->
                new ServiceException(ErrorCode.FILE_NOT_FOUND, "There is no such file, or it has been deleted.")));
    }

    private static ServiceException damaged() {
        return new ServiceException(
                ErrorCode.CONTENT_DAMAGED,
                "The stored content is damaged and is not served. Storing it again heals it.");
    }

    private static FileMeters.Result result(boolean failed, boolean cancelled) {
        return cancelled ? FileMeters.Result.CANCELLED : failed ? FileMeters.Result.FAILED : FileMeters.Result.OK;
    }
}
