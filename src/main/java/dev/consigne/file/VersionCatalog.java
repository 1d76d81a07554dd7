package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What files were. Each method is atomic and fails as those of {@link FileCatalog} do. */
public interface VersionCatalog {
    /** The generations below {@code before}, newest first, at most {@code limit}; the current one is among them. */
    Uni<List<FileVersion>> list(FileId id, long before, int limit);

    Uni<Optional<FileVersion>> find(FileId id, long generation);

    /**
     * Files that are gone and can come back, each as it was when it was deleted, by the names they had.
     *
     * @return fails with {@link ErrorCode#BUCKET_NOT_FOUND}
     */
    Uni<List<FileVersion>> deleted(DeletedQuery query);

    /**
     * Makes what a file was its next generation, sharing the content; a deleted file comes back under its name. No byte
     * is moved.
     *
     * @param version what it shall be again
     * @param newest its newest generation as it was seen: the current one, or the one it was deleted with
     * @param attempt names this attempt
     * @param maxLength the service's own limit in bytes; the bucket's may be lower
     * @return empty if the newest or the version is not as it was seen: look again. Fails as {@link FileCatalog#begin}
     *     and {@link FileCatalog#publish} do
     */
    Uni<Optional<FileRecord>> restore(
            FileVersion version, FileVersion newest, ContentId attempt, Duration retention, long maxLength);

    /**
     * Reads back what became of a restoration; durable, and fails, as {@link FileCatalog#outcome}.
     *
     * @return the file if it is what that restoration made; empty otherwise, even if it has the content
     */
    Uni<Optional<FileRecord>> confirmRestored(FileVersion version, FileVersion newest, ContentId attempt);

    /**
     * Gives up a version for good; its content, unless a file or another version has it too, becomes TOMBSTONED and is
     * kept for the retention.
     *
     * @return false if it is gone
     */
    Uni<Boolean> remove(FileVersion version, Duration retention);

    /** Reads back what became of a removal; durable, and fails, as {@link FileCatalog#outcome}. */
    Uni<Boolean> confirmRemoved(FileVersion version);
}
