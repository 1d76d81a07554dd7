package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * Changes to a file that move no bytes. Each looks at the file, judges the conditions by what it saw, and changes it by
 * compare-and-swap against exactly that: so the conditions held when it was changed.
 */
final class FileChanges {
    private static final Logger LOG = Logger.getLogger(FileChanges.class);

    /** A change that keeps finding the file changed by others looks again this often. */
    private static final int ATTEMPTS = 5;

    private final FileCatalog catalog;
    private final Duration retention;

    FileChanges(FileCatalog catalog, Duration retention) {
        this.catalog = catalog;
        this.retention = retention;
    }

    /** See {@link FileService#change}. */
    Uni<FileRecord> change(FileId id, Preconditions preconditions, UnaryOperator<Labels> change) {
        return untilDone(
                () -> catalog.find(id),
                preconditions,
                FileRecord::ofRecord,
                seen -> {
                    Labels labels = change.apply(seen.labels());
                    return catalog.change(seen, labels)
                            .onFailure(UnknownOutcomeException.class)
                            .recoverWithUni(cause -> readBack(seen, catalog.confirmChanged(seen, labels), cause));
                },
                ATTEMPTS);
    }

    /** See {@link FileService#delete(FileId, Preconditions)}. */
    Uni<Void> delete(
            Supplier<Uni<Optional<FileRecord>>> look,
            Preconditions preconditions,
            Function<FileRecord, Validators> judged) {
        return untilDone(
                        look,
                        preconditions,
                        judged,
                        seen -> catalog.delete(seen, retention)
                                .onFailure(UnknownOutcomeException.class)
                                .recoverWithUni(cause -> readBack(seen, catalog.confirmDeleted(seen), cause))
                                .map(gone -> gone ? Optional.of(seen) : Optional.empty()),
                        ATTEMPTS)
                .replaceWithVoid();
    }

    private Uni<FileRecord> untilDone(
            Supplier<Uni<Optional<FileRecord>>> look,
            Preconditions preconditions,
            Function<FileRecord, Validators> judged,
            Function<FileRecord, Uni<Optional<FileRecord>>> swap,
            int attempts) {
        return look.get()
                .map(found -> admitted(found, preconditions, judged))
                .chain(seen -> swap.apply(seen))
                .chain(done -> done.map(file -> Uni.createFrom().item(file))
                        .orElseGet(() -> attempts > 1
                                ? untilDone(look, preconditions, judged, swap, attempts - 1)
                                : Uni.createFrom().failure(contended())));
    }

    /** What is not there fails a condition that it be there (RFC 9110, section 13.1.1); otherwise it is just not there. */
    private static FileRecord admitted(
            Optional<FileRecord> found, Preconditions preconditions, Function<FileRecord, Validators> judged) {
        preconditions.requireForChange(found.map(judged));
        FileRecord file = found.orElseThrow(FileChanges::notFound);
        if (file.guarded() && !preconditions.guardsChange()) {
            throw Preconditions.required(file.bucket());
        }
        return file;
    }

    private static <T> Uni<T> readBack(FileRecord seen, Uni<T> outcome, Throwable cause) {
        LOG.warnf(cause, "fileId=%s change gave no clear answer, reading back", seen.id());
        return outcome.onFailure()
                .transform(failure -> new ServiceException(
                        ErrorCode.COMMIT_UNKNOWN,
                        "Whether the file was changed is not known. Read it, or send the request again.",
                        cause));
    }

    static ServiceException notFound() {
        return new ServiceException(ErrorCode.FILE_NOT_FOUND, "There is no such file, or it has been deleted.");
    }

    private static ServiceException contended() {
        return new ServiceException(ErrorCode.STORE_UNAVAILABLE, "The file keeps being changed; try again.");
    }
}
