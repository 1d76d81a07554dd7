package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.memory.Caller;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Stores one content in two stores as if they were one: intent row, announcement, chunks, manifest, publish. Whatever
 * step it dies after, the row says what may be done: see docs/architecture.md. Nothing is ever removed here; what fails
 * is marked and left to the collector.
 */
final class UploadProtocol {
    private static final Logger LOG = Logger.getLogger(UploadProtocol.class);

    /** Chunks that may be written before the first renewal if the length is not known: 256 MiB in chunks of 1 MiB. */
    private static final int FIRST_CHUNK_LIMIT = 256;

    /** A commit that is still pending on read-back is tried this often before the caller is told so. */
    private static final int PUBLISH_ATTEMPTS = 3;

    private static final Set<ErrorCode> REFUSALS = EnumSet.of(
            ErrorCode.BUCKET_NOT_FOUND,
            ErrorCode.FILE_NOT_FOUND,
            ErrorCode.PRECONDITION_FAILED,
            ErrorCode.QUOTA_EXCEEDED);

    private final FileCatalog catalog;
    private final ChunkStore chunks;
    private final FileConfig config;
    private final Ids ids;
    private final Ticker ticker;
    private final FileMeters meters;
    private final ProtocolProbe probe;
    private final TransferMemory memory;

    UploadProtocol(
            FileCatalog catalog,
            ChunkStore chunks,
            FileConfig config,
            Ids ids,
            Ticker ticker,
            FileMeters meters,
            ProtocolProbe probe,
            TransferMemory memory) {
        this.catalog = catalog;
        this.chunks = chunks;
        this.config = config;
        this.ids = ids;
        this.ticker = ticker;
        this.meters = meters;
        this.probe = probe;
        this.memory = memory;
    }

    /** See {@link FileService#store}. */
    Uni<FileRecord> store(Caller caller, UploadCommand command, Multi<ByteBuffer> body) {
        UploadWindow window = memory.forUpload(caller, command.declaredLength());
        return store(command, body, window).onTermination().invoke(window::end);
    }

    private Uni<FileRecord> store(UploadCommand command, Multi<ByteBuffer> body, UploadWindow window) {
        boolean replayable = command.key().isPresent(); // its answer then holds, whatever the file is by now
        return (replayable ? Uni.createFrom().voidItem() : requireState(command))
                .chain(() -> begin(command, window.chunkSize()))
                .chain(begun -> begun instanceof BeginOutcome.Answered answered
                        ? Replay.of(answered.file(), command, body).invoke(meters::replayed)
                        : upload((BeginOutcome.Began) begun, command, body, window))
                .onFailure(failure -> isCode(failure, ErrorCode.QUOTA_EXCEEDED))
                .invoke(meters::quotaExceeded);
    }

    private Uni<FileRecord> upload(
            BeginOutcome.Began begun, UploadCommand command, Multi<ByteBuffer> body, UploadWindow window) {
        PendingContent pending = begun.content();
        return probe.at(ProtocolStep.INTENT_WRITTEN, pending.contentId())
                .chain(() -> (command.key().isPresent()
                                ? requireState(command)
                                : Uni.createFrom().voidItem())
                        .chain(() -> write(pending, command, body, window))
                        .onFailure(failure -> isCode(failure, ErrorCode.CONTENT_TOO_LARGE))
                        .transform(tooLarge -> overQuota(begun).orElse(tooLarge))
                        .onFailure()
                        .call(() -> abandon(pending)))
                .chain(stored -> publish(pending, stored, command)
                        .onFailure(UploadProtocol::isRefused)
                        .call(() -> abandon(pending)));
    }

    /** Refuses before the body what would be refused after it; it is looked at again in the publish, which decides. */
    private Uni<Void> requireState(UploadCommand command) {
        UploadTerms terms = command.terms();
        if (terms.preconditions().equals(Preconditions.NONE)) {
            return Uni.createFrom().voidItem();
        }
        return terms.onto()
                .map(catalog::find)
                .orElseGet(() -> catalog.find(command.bucket(), command.name()))
                .invoke(found -> terms.preconditions().requireForChange(found.map(FileRecord::ofContent)))
                .replaceWithVoid();
    }

    /** What the content was too large for, if that was the quota and no other limit. */
    private static Optional<Throwable> overQuota(BeginOutcome.Began begun) {
        return begun.quota()
                .filter(quota -> quota.left() == begun.content().maxLength())
                .map(Quota::exceeded);
    }

    private Uni<BeginOutcome> begin(UploadCommand command, int chunkSize) {
        return catalog.begin(
                command,
                ids.newContent(),
                chunkSize,
                chunkLimit(command.declaredLength(), chunkSize, config.maxSize()),
                config.maxSize().bytes());
    }

    /** A length beyond the maximum is for the catalog to refuse, together with that of the bucket. */
    private static int chunkLimit(OptionalLong declaredLength, int chunkSize, ByteSize maxSize) {
        return declaredLength.isPresent()
                ? new ContentLayout(Math.min(declaredLength.getAsLong(), maxSize.bytes()), chunkSize).chunkCount()
                : FIRST_CHUNK_LIMIT;
    }

    private Uni<StoredContent> write(
            PendingContent pending, UploadCommand command, Multi<ByteBuffer> body, UploadWindow window) {
        UploadLease lease = new UploadLease(catalog, meters, ticker, config.lease(), config.heartbeat(), pending);
        return lease.during(new Writing(pending, command, window, lease).run(body));
    }

    /** One content on its way into the chunk store, which names it there before it has a chunk of it. */
    private final class Writing {
        private final PendingContent pending;
        private final UploadCommand command;
        private final UploadWindow window;
        private final UploadLease lease;
        private final ContentMeter meter;

        Writing(PendingContent pending, UploadCommand command, UploadWindow window, UploadLease lease) {
            this.pending = pending;
            this.command = command;
            this.window = window;
            this.lease = lease;
            this.meter = new ContentMeter(pending.maxLength(), command.terms().digests());
        }

        Uni<StoredContent> run(Multi<ByteBuffer> body) {
            Multi<Chunk> cut = new Chunker(
                    new Watched(body, meter::pass),
                    pending.contentId(),
                    pending.chunkSize(),
                    command.declaredLength(),
                    window);
            boolean oneChunk = command.declaredLength().orElse(Long.MAX_VALUE) < pending.chunkSize();
            return oneChunk ? sealedFirst(cut) : announcedFirst(cut);
        }

        private Uni<StoredContent> announcedFirst(Multi<Chunk> cut) {
            return chunks.announce(pending.contentId(), pending.chunkLimit())
                    .call(() -> probe.at(ProtocolStep.ANNOUNCED, pending.contentId()))
                    .chain(() -> cut.onItem()
                            .transformToUniAndConcatenate(this::cover)
                            .onItem()
                            .transformToUni(this::write)
                            .merge(window.most())
                            .onItem()
                            .ignoreAsUni())
                    .call(() -> probe.at(ProtocolStep.CHUNKS_WRITTEN, pending.contentId()))
                    .chain(() -> seal(chunks::seal));
        }

        /** The only chunk comes with the end of the body: then all is known, and an announcement would say less. */
        private Uni<StoredContent> sealedFirst(Multi<Chunk> cut) {
            return cut.onItem()
                    .transformToUniAndConcatenate(chunk ->
                            seal(chunks::announce).call(() -> cover(chunk).chain(this::write)))
                    .collect()
                    .last()
                    .onItem()
                    .ifNull()
                    .switchTo(() -> seal(chunks::announce)) // there was none
                    .call(() -> probe.at(ProtocolStep.CHUNKS_WRITTEN, pending.contentId()));
        }

        /** Both stores know how far the chunks may go before one goes there: whoever removes them need not search. */
        private Uni<Chunk> cover(Chunk chunk) {
            int before = lease.chunkLimit();
            return lease.cover(chunk.number())
                    .chain(() -> lease.chunkLimit() > before
                            ? chunks.announce(chunk.contentId(), lease.chunkLimit())
                            : Uni.createFrom().voidItem())
                    .replaceWith(chunk);
        }

        private Uni<Void> write(Chunk chunk) {
            return window.write(chunk, () -> {
                long start = ticker.nanos();
                return chunks.write(chunk)
                        .invoke(() -> meters.chunkWritten(ticker.since(start)))
                        .call(() -> probe.at(ProtocolStep.CHUNK_WRITTEN, chunk.contentId()));
            });
        }

        private Uni<StoredContent> seal(Function<Manifest, Uni<Void>> way) {
            StoredContent stored = meter.total(pending.contentId(), pending.chunkSize());
            requireDeclared(command.declaredLength(), stored);
            return way.apply(new Manifest(stored, command.bucket(), command.name(), command.mediaType()))
                    .call(() -> probe.at(ProtocolStep.SEALED, stored.contentId()))
                    .replaceWith(stored);
        }
    }

    private static void requireDeclared(OptionalLong declared, StoredContent stored) {
        long length = stored.layout().length();
        if (declared.isPresent() && declared.getAsLong() != length) {
            throw new ServiceException(
                            ErrorCode.LENGTH_MISMATCH,
                            "The body has " + length + " bytes; " + declared.getAsLong() + " were declared.")
                    .with("header", "Content-Length");
        }
    }

    /** Frees the row at once instead of when its lease lapses; that it will lapse is the guarantee, not this. */
    private Uni<Void> abandon(PendingContent pending) {
        return probe.at(ProtocolStep.UPLOAD_FAILED, pending.contentId())
                .chain(() -> catalog.abandon(pending))
                .onFailure()
                .invoke(failure -> LOG.debugf(failure, "contentId=%s not marked as given up", pending.contentId()))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<FileRecord> publish(PendingContent pending, StoredContent stored, UploadCommand command) {
        long start = ticker.nanos();
        return attempt(pending, stored, command, PUBLISH_ATTEMPTS)
                .onItemOrFailure()
                .invoke((file, failure) -> meters.committed(resultOf(failure), ticker.since(start)))
                .call(() -> probe.at(ProtocolStep.PUBLISHED, pending.contentId()));
    }

    private Uni<FileRecord> attempt(PendingContent pending, StoredContent stored, UploadCommand command, int attempts) {
        return catalog.publish(pending, stored, command, ids.newFile(), config.retention())
                .onFailure(UploadProtocol::needsReadBack)
                .recoverWithUni(cause -> readBack(pending, stored, command, attempts, cause));
    }

    private static boolean needsReadBack(Throwable failure) {
        return failure instanceof UnknownOutcomeException || isLost(failure);
    }

    private static boolean isLost(Throwable failure) {
        return isCode(failure, ErrorCode.UPLOAD_LOST);
    }

    /**
     * A clear no to the first try, and for good: otherwise the complete content would be kept as suspect. A later try is
     * never answered so, see {@link #attemptAgain}.
     */
    private static boolean isRefused(Throwable failure) {
        return failure instanceof ServiceException service && REFUSALS.contains(service.code());
    }

    private static boolean isCode(Throwable failure, ErrorCode code) {
        return failure instanceof ServiceException service && service.code() == code;
    }

    /**
     * The row decides: published after all, still open for another try, or lost. It is read so that the answer lasts; a
     * row that cannot be read so is unknown, even if it looks published.
     */
    private Uni<FileRecord> readBack(
            PendingContent pending, StoredContent stored, UploadCommand command, int attempts, Throwable cause) {
        LOG.warnf(cause, "contentId=%s publish gave no clear answer, reading back", pending.contentId());
        return catalog.outcome(pending, command)
                .onFailure()
                .transform(failure -> unknown(failure))
                .chain(outcome -> {
                    if (outcome instanceof PublishOutcome.Published published) {
                        return Uni.createFrom().item(published.file());
                    }
                    if (outcome instanceof PublishOutcome.Pending && !isLost(cause)) {
                        return attempts > 1
                                ? attemptAgain(pending, stored, command, attempts - 1)
                                : Uni.createFrom().failure(unknown(cause));
                    }
                    return Uni.createFrom().failure(lost(cause));
                });
    }

    /** While an earlier commit may still be made, a clear no to this one says nothing about the file. */
    private Uni<FileRecord> attemptAgain(
            PendingContent pending, StoredContent stored, UploadCommand command, int attempts) {
        return attempt(pending, stored, command, attempts)
                .onFailure(failure -> !isLost(failure))
                .transform(failure ->
                        failure instanceof ServiceException service && service.code() == ErrorCode.COMMIT_UNKNOWN
                                ? service
                                : unknown(failure));
    }

    private static ServiceException unknown(Throwable cause) {
        return new ServiceException(
                ErrorCode.COMMIT_UNKNOWN,
                "The content was received, but whether the file was published is not known. Read the file, or send it"
                        + " again: that is safe.",
                cause);
    }

    private static ServiceException lost(Throwable cause) {
        return new ServiceException(
                ErrorCode.UPLOAD_LOST, "The upload lost its lease and was given up. Upload it again.", cause);
    }

    private static FileMeters.Commit resultOf(@Nullable Throwable failure) {
        if (failure == null) {
            return FileMeters.Commit.OK;
        }
        if (failure instanceof ServiceException service) {
            return switch (service.code()) {
                case UPLOAD_LOST -> FileMeters.Commit.LOST;
                case COMMIT_UNKNOWN -> FileMeters.Commit.UNKNOWN;
                default -> FileMeters.Commit.FAILED;
            };
        }
        return FileMeters.Commit.FAILED;
    }
}
