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
    private final Ids ids;
    private final Duration retention;
    private final long maxLength;

    FileChanges(FileCatalog catalog, FileConfig config, Ids ids) {
        this.catalog = catalog;
        this.ids = ids;
        this.retention = config.retention();
        this.maxLength = config.maxSize().bytes();
    }

    /** See {@link FileService#copy}. */
    Uni<FileRecord> copy(FileId id, Preconditions preconditions, Function<FileRecord, UploadCommand> target) {
        ContentId attempt = ids.newContent();
        FileId newFileId = ids.newFile();
        return untilDone(
                () -> catalog.find(id),
                found -> copied(found, preconditions, FileRecord::ofRecord),
                source -> share(source, target.apply(source), attempt, newFileId),
                ATTEMPTS);
    }

    private Uni<Optional<FileRecord>> share(
            FileRecord source, UploadCommand command, ContentId attempt, FileId newFileId) {
        if (command.bucket().equals(source.bucket()) && command.name().equals(source.name())) {
            throw new ServiceException(ErrorCode.NAME_TAKEN, "The file has this name itself: a copy needs another.");
        }
        return nameTaken(
                command,
                catalog.copy(source, command, attempt, newFileId, retention, maxLength)
                        .onFailure(UnknownOutcomeException.class)
                        .recoverWithUni(
                                cause -> readBack(source, catalog.confirmCopied(source, command, attempt), cause)));
    }

    /** Says what stands in the way of a file that is made from others and may replace none. */
    static <T> Uni<T> nameTaken(UploadCommand command, Uni<T> made) {
        boolean creates = command.terms().preconditions().ifNoneMatch().isPresent();
        return made.onFailure(failure -> creates
                        && failure instanceof ServiceException refusal
                        && refusal.code() == ErrorCode.PRECONDITION_FAILED)
                .transform(taken -> new ServiceException(
                        ErrorCode.NAME_TAKEN,
                        "There is a file '" + command.name() + "' in the bucket '" + command.bucket()
                                + "'. Set overwrite to make this its next generation."));
    }

    /** The source is read and not changed: its bucket need not be asked. */
    static FileRecord copied(
            Optional<FileRecord> found, Preconditions preconditions, Function<FileRecord, Validators> judged) {
        preconditions.requireForChange(found.map(judged));
        FileRecord source = found.orElseThrow(FileChanges::notFound);
        if (source.damaged()) {
            throw FileService.damaged();
        }
        return source;
    }

    /** See {@link FileService#move}. */
    Uni<FileRecord> move(FileId id, Preconditions preconditions, Optional<BucketName> bucket, FileName name) {
        return untilDone(
                () -> catalog.find(id),
                found -> admitted(found, preconditions, FileRecord::ofRecord),
                seen -> rename(seen, bucket.orElse(seen.bucket()), name),
                ATTEMPTS);
    }

    private Uni<Optional<FileRecord>> rename(FileRecord seen, BucketName bucket, FileName name) {
        if (bucket.equals(seen.bucket()) && name.equals(seen.name())) {
            throw new ServiceException(ErrorCode.NAME_TAKEN, "The file has this name already.");
        }
        return catalog.move(seen, bucket, name)
                .onFailure(UnknownOutcomeException.class)
                .recoverWithUni(cause -> readBack(seen, catalog.confirmMoved(seen, bucket, name), cause));
    }

    /** See {@link FileService#change}. */
    Uni<FileRecord> change(FileId id, Preconditions preconditions, UnaryOperator<Labels> change) {
        return untilDone(
                () -> catalog.find(id),
                found -> admitted(found, preconditions, FileRecord::ofRecord),
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
                        found -> admitted(found, preconditions, judged),
                        seen -> catalog.delete(seen, retention)
                                .onFailure(UnknownOutcomeException.class)
                                .recoverWithUni(cause -> readBack(seen, catalog.confirmDeleted(seen), cause))
                                .map(gone -> gone ? Optional.of(seen) : Optional.empty()),
                        ATTEMPTS)
                .replaceWithVoid();
    }

    private Uni<FileRecord> untilDone(
            Supplier<Uni<Optional<FileRecord>>> look,
            Function<Optional<FileRecord>, FileRecord> admit,
            Function<FileRecord, Uni<Optional<FileRecord>>> swap,
            int attempts) {
        return look.get()
                .map(admit)
                .chain(seen -> swap.apply(seen))
                .chain(done -> done.map(file -> Uni.createFrom().item(file))
                        .orElseGet(() -> attempts > 1
                                ? untilDone(look, admit, swap, attempts - 1)
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

    static ServiceException contended() {
        return new ServiceException(ErrorCode.STORE_UNAVAILABLE, "The file keeps being changed; try again.");
    }
}
