package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;

/**
 * The metadata and the one authority on what may be read or removed. Each method is atomic. Only the catalog's own clock
 * is used for leases and delays.
 *
 * <p>Every method fails with {@link ErrorCode#STORE_UNAVAILABLE} when the catalog does not answer and nothing was
 * changed, and with {@link ErrorCode#STORE_FULL} when it has no space. Those that change something fail with {@link
 * UnknownOutcomeException} when it was sent but not answered, or when it was committed without the synchronous standby.
 */
public interface FileCatalog extends FileListing {
    /**
     * Writes the intent to upload before any byte is stored (protocol step U1).
     *
     * @param chunkLimit chunks with a number below this may be written
     * @param maxLength the service's own limit in bytes; the bucket's may be lower
     * <p>With a key, the key is claimed with it. An attempt that holds the key and can no longer be published, or whose
     * lease has lapsed, loses the key to this one, and with it the right to publish.
     *
     * <p>In a bucket with a quota the declared length is reserved until the content is no longer PENDING.
     *
     * @return fails with {@link ErrorCode#BUCKET_NOT_FOUND}; with {@link ErrorCode#PRECONDITION_REQUIRED} if the bucket
     *     asks for conditions and there are none; with {@link ErrorCode#CONTENT_TOO_LARGE} if the declared
     *     length is over the limit, {@link ErrorCode#QUOTA_EXCEEDED} if it is more than the quota leaves; with {@link ErrorCode#IDEMPOTENCY_KEY_REUSED} if the key is known for another
     *     command, {@link ErrorCode#REQUEST_IN_PROGRESS} if its attempt is running. After an unknown outcome there may be
     *     a row that nobody uses; it lapses. Sent again with the same content id it is one attempt.
     */
    Uni<BeginOutcome> begin(UploadCommand command, ContentId contentId, int chunkSize, int chunkLimit, long maxLength);

    /**
     * Extends lease and chunk limit (U2.h); the lease never beyond the time an upload may take at most.
     *
     * @return false if the right to publish has been taken away or that time is over
     */
    Uni<Boolean> renew(PendingContent pending, int chunkLimit);

    /**
     * The commit point (U6), in one transaction: PENDING to LIVE by compare-and-swap, the name points to it, what the
     * name meant before becomes TOMBSTONED, an event is written, the answer is put beside the key, the bucket's usage changes.
     *
     * @param newFileId used if the name is free
     * @param retention how long replaced content is kept
     * @return fails with {@link ErrorCode#UPLOAD_LOST} if the row is not PENDING with this fence, or another attempt
     *     holds the key: it was taken away, or an earlier call did publish; {@link #outcome} tells which. Fails with
     *     {@link ErrorCode#PRECONDITION_FAILED} if the file is not in the state asked for, with {@link
     *     ErrorCode#FILE_NOT_FOUND} if it shall be the next generation of a file that is gone, with {@link
     *     ErrorCode#QUOTA_EXCEEDED} if there is no room for it besides what others have reserved
     */
    Uni<FileRecord> publish(
            PendingContent pending, StoredContent content, UploadCommand command, FileId newFileId, Duration retention);

    /**
     * Reads back what became of a publish. What it answers is durable: it waits for a publish that is under way, and for
     * the synchronous standby.
     *
     * @return fails if either cannot be waited for, whatever the row says: then nothing is known
     */
    Uni<PublishOutcome> outcome(PendingContent pending, UploadCommand command);

    /** Gives up an upload that is known not to be published: PENDING to ABORTING. Does nothing in any other state. */
    Uni<Void> abandon(PendingContent pending);

    /** The file with this id. */
    Uni<Optional<FileRecord>> find(FileId id);

    /** The file with this name; empty also if there is no such bucket. */
    Uni<Optional<FileRecord>> find(BucketName bucket, FileName name);

    /**
     * Changes what is said about the file, if it is still as it was seen; its metageneration grows by one.
     *
     * @return the file as it is then; empty if it is gone or is not as it was seen
     */
    Uni<Optional<FileRecord>> change(FileRecord seen, Labels labels);

    /**
     * Reads back what became of a change that was to follow on what was seen; durable, and fails, as {@link #outcome}.
     *
     * @return the file if it is one step further and has these labels; empty otherwise
     */
    Uni<Optional<FileRecord>> confirmChanged(FileRecord seen, Labels labels);

    /**
     * Makes the content of one file that of another too, in one transaction: the target is created or replaced as by
     * {@link #publish}, and no byte is moved. The bytes are those that were seen, whatever the source is by then.
     *
     * @param target what to make; its declared length is that of the source
     * @param attempt names this copy
     * @param newFileId used if the name is free
     * @param maxLength the service's own limit in bytes; the bucket's may be lower
     * @return empty if no file has the content any more: look again. Fails as {@link #begin} and {@link #publish} do
     */
    Uni<Optional<FileRecord>> copy(
            FileRecord source,
            UploadCommand target,
            ContentId attempt,
            FileId newFileId,
            Duration retention,
            long maxLength);

    /**
     * Reads back what became of a copy; durable, and fails, as {@link #outcome}.
     *
     * @param attempt as that copy was named
     * @return the target if it is what that copy made; empty otherwise, even if it has the content
     */
    Uni<Optional<FileRecord>> confirmCopied(FileRecord source, UploadCommand target, ContentId attempt);

    /**
     * Gives the file another name, in the same bucket or another, if it is still as it was seen; its metageneration grows
     * by one. No byte is moved.
     *
     * @return the file as it is then; empty if it is gone or is not as it was seen. Fails with {@link
     *     ErrorCode#NAME_TAKEN}, {@link ErrorCode#BUCKET_NOT_FOUND}, {@link ErrorCode#CONTENT_TOO_LARGE}, {@link
     *     ErrorCode#QUOTA_EXCEEDED}
     */
    Uni<Optional<FileRecord>> move(FileRecord seen, BucketName bucket, FileName name);

    /**
     * Reads back what became of a move; durable, and fails, as {@link #outcome}.
     *
     * @return the file if it is one step further and has this name; empty otherwise
     */
    Uni<Optional<FileRecord>> confirmMoved(FileRecord seen, BucketName bucket, FileName name);

    /**
     * Removes the file if it is still as it was seen; its content, unless another file has it too, becomes TOMBSTONED
     * and is kept for the retention.
     *
     * @return false if the file is gone or is not as it was seen
     */
    Uni<Boolean> delete(FileRecord file, Duration retention);

    /**
     * Reads back what became of a delete; durable, and fails, as {@link #outcome}.
     *
     * @return false if the file is there, with this content or another
     */
    Uni<Boolean> confirmDeleted(FileRecord file);

    /** LIVE to DAMAGED, with the finding; false if the content is no longer LIVE. */
    Uni<Boolean> markDamaged(ContentId contentId, String finding);
}
