package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What files were, in buckets that keep it. As with {@link FileChanges}, a change is a compare-and-swap against what its
 * conditions were judged by.
 */
@ApplicationScoped
public class FileVersions {
    /** Greater than every generation. */
    public static final long NEWEST = Long.MAX_VALUE;

    private static final Logger LOG = Logger.getLogger(FileVersions.class);

    /** A change that keeps finding the file changed by others looks again this often. */
    private static final int ATTEMPTS = 5;

    private final VersionCatalog catalog;
    private final FileConfig config;
    private final Ids ids;

    public FileVersions(VersionCatalog catalog, FileConfig config, Ids ids) {
        this.catalog = catalog;
        this.config = config;
        this.ids = ids;
    }

    /**
     * The generations below {@code before}, newest first, at most {@code limit}.
     *
     * @return fails with {@link ErrorCode#FILE_NOT_FOUND} if there is neither a file nor anything it was
     */
    public Uni<List<FileVersion>> list(FileId id, long before, int limit) {
        return catalog.list(id, before, limit).invoke(found -> {
            if (found.isEmpty() && before == NEWEST) {
                throw FileChanges.notFound();
            }
        });
    }

    /** As {@link VersionCatalog#deleted}. */
    public Uni<List<FileVersion>> deleted(DeletedQuery query) {
        return catalog.deleted(query);
    }

    /** That generation, or {@link ErrorCode#VERSION_NOT_FOUND}. */
    public Uni<FileVersion> find(FileId id, long generation) {
        return catalog.find(id, generation).map(found -> found.orElseThrow(FileVersions::notFound));
    }

    /**
     * Makes an earlier generation the newest again: the file gets one more, with the bytes of that one and what was said
     * about it. A deleted file comes back.
     *
     * @param preconditions about the record of the file; what is deleted has none
     * @return the file as it is then; fails with {@link ErrorCode#VERSION_NOT_FOUND}, {@link
     *     ErrorCode#PRECONDITION_FAILED}, {@link ErrorCode#PRECONDITION_REQUIRED}, {@link ErrorCode#NAME_TAKEN}, {@link
     *     ErrorCode#CONTENT_DAMAGED}, and as {@link FileService#store} does
     */
    public Uni<FileRecord> restore(FileId id, long generation, Preconditions preconditions) {
        return restored(id, preconditions, newest -> find(id, generation));
    }

    /** As {@link #restore}, of a deleted file with what it was last; {@link ErrorCode#NAME_TAKEN} if it is there. */
    public Uni<FileRecord> undelete(FileId id, Preconditions preconditions) {
        return restored(id, preconditions, newest -> {
            if (newest.current()) {
                throw new ServiceException(ErrorCode.NAME_TAKEN, "The file is not deleted: it has its name.");
            }
            return Uni.createFrom().item(newest);
        });
    }

    private Uni<FileRecord> restored(
            FileId id, Preconditions preconditions, Function<FileVersion, Uni<FileVersion>> choose) {
        ContentId attempt = ids.newContent();
        return untilDone(
                () -> newest(id)
                        .invoke(newest -> admit(newest, preconditions))
                        .chain(newest -> choose.apply(newest).chain(version -> restore(version, newest, attempt))),
                ATTEMPTS);
    }

    /** The current generation, or that with which the file was deleted. One that has neither cannot come back. */
    private Uni<FileVersion> newest(FileId id) {
        return catalog.list(id, NEWEST, 1)
                .map(found -> found.stream()
                        .filter(version -> version.current() || version.deleted())
                        .findFirst()
                        .orElseThrow(FileChanges::notFound));
    }

    private static void admit(FileVersion newest, Preconditions preconditions) {
        preconditions.requireForChange(
                newest.current() ? Optional.of(newest.file().ofRecord()) : Optional.empty());
        if (newest.current() && newest.file().guarded() && !preconditions.guardsChange()) {
            throw Preconditions.required(newest.file().bucket());
        }
    }

    private Uni<Optional<FileRecord>> restore(FileVersion version, FileVersion newest, ContentId attempt) {
        if (version.file().damaged()) {
            throw FileService.damaged();
        }
        return catalog.restore(
                        version,
                        newest,
                        attempt,
                        config.retention(),
                        config.maxSize().bytes())
                .onFailure(UnknownOutcomeException.class)
                .recoverWithUni(cause -> readBack(version, catalog.confirmRestored(version, newest, attempt), cause))
                .onFailure(FileVersions::nameTaken)
                .transform(taken -> new ServiceException(
                        ErrorCode.NAME_TAKEN,
                        "Another file has the name '" + newest.file().name() + "' by now. Move it first."));
    }

    /** The name of a deleted file has to be free; nothing else of a restoration is a condition on the bytes. */
    private static boolean nameTaken(Throwable failure) {
        return failure instanceof ServiceException refusal && refusal.code() == ErrorCode.PRECONDITION_FAILED;
    }

    /**
     * Gives up an earlier generation for good.
     *
     * @return fails with {@link ErrorCode#VERSION_NOT_FOUND}, {@link ErrorCode#VERSION_CURRENT}, {@link
     *     ErrorCode#COMMIT_UNKNOWN}
     */
    public Uni<Void> remove(FileId id, long generation) {
        return untilDone(() -> find(id, generation).chain(this::remove), ATTEMPTS)
                .replaceWithVoid();
    }

    /** Empty if it is there still, or was given up by somebody else: the next look tells. */
    private Uni<Optional<FileRecord>> remove(FileVersion version) {
        if (version.current()) {
            throw new ServiceException(
                    ErrorCode.VERSION_CURRENT,
                    "It is what the file is now. Delete the file, or store it again, and then this.");
        }
        return catalog.remove(version, config.retention())
                .onFailure(UnknownOutcomeException.class)
                .recoverWithUni(cause -> readBack(version, catalog.confirmRemoved(version), cause))
                .map(gone -> gone ? Optional.of(version.file()) : Optional.empty());
    }

    private static Uni<FileRecord> untilDone(Supplier<Uni<Optional<FileRecord>>> change, int attempts) {
        return change.get()
                .chain(done -> done.map(file -> Uni.createFrom().item(file))
                        .orElseGet(() -> attempts > 1
                                ? untilDone(change, attempts - 1)
                                : Uni.createFrom().failure(FileChanges.contended())));
    }

    private static <T> Uni<T> readBack(FileVersion version, Uni<T> outcome, Throwable cause) {
        LOG.warnf(
                cause,
                "fileId=%s generation=%d change gave no clear answer, reading back",
                version.file().id(),
                version.file().generation());
        return outcome.onFailure()
                .transform(failure -> new ServiceException(
                        ErrorCode.COMMIT_UNKNOWN,
                        "Whether the file was changed is not known. Read it, or send the request again.",
                        cause));
    }

    private static ServiceException notFound() {
        return new ServiceException(
                ErrorCode.VERSION_NOT_FOUND, "There is no such generation of the file, or it is not kept any more.");
    }
}
