package dev.consigne.bulk;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;

/** The bulk tasks. Each method is atomic and fails as those of {@code FileCatalog} do. */
public interface BulkCatalog {
    /**
     * Notes the wish.
     *
     * @return the task, which is an earlier one if the key is known; fails with {@link ErrorCode#BUCKET_NOT_FOUND}, {@link
     *     ErrorCode#PRECONDITION_REQUIRED} if files of the bucket are changed only with conditions, and {@link
     *     ErrorCode#IDEMPOTENCY_KEY_REUSED}
     */
    Uni<BulkTask> create(BulkId id, BulkOrder order);

    Uni<Optional<BulkTask>> find(BulkId id);

    /** The oldest task that is not ended. */
    Uni<Optional<BulkTask>> next();

    /** Files whose names begin with the prefix, behind the given name, in the order of the names. */
    Uni<List<Selected>> behind(BucketName bucket, String prefix, String name, int limit);

    /** Those of these files that are in the bucket, in no order. */
    Uni<List<Selected>> of(BucketName bucket, List<FileId> ids);

    /** Notes a step, unless another has noted it already or the task was cancelled: false then. */
    Uni<Boolean> advance(BulkTask task, Progress progress);

    /** PENDING to CANCELLED; false if there is no such task or it has ended. */
    Uni<Boolean> cancel(BulkId id);

    /** A file that a task is about. */
    record Selected(FileId id, FileName name) {}

    /**
     * What a step did.
     *
     * @param checkpoint where the next begins
     * @param last whether there is none
     * @param failures all of this step's
     */
    record Progress(String checkpoint, boolean last, long done, List<BulkFailure> failures) {
        public Progress {
            failures = List.copyOf(failures);
        }
    }
}
