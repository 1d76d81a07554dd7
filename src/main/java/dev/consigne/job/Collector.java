package dev.consigne.job;

import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.Manifest;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.ProtocolStep;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UnreadableManifestException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes the content of failed uploads, and of replaced and deleted files after their retention. It decides by the row
 * alone, claims before it removes, and may be killed at any moment: whoever runs next goes on. Any number may run.
 */
@ApplicationScoped
public class Collector {
    private static final Logger LOG = Logger.getLogger(Collector.class);

    /** Chunks named in one delete: 64 MiB at 1 MiB a chunk. */
    private static final int CHUNKS_PER_DELETE = 64;

    private static final int ROWS_PER_TRIM = 1000;

    private final GarbageCatalog catalog;
    private final ChunkStore chunks;
    private final CollectorConfig config;
    private final CollectorMeters meters;
    private final ProtocolProbe probe;

    public Collector(
            GarbageCatalog catalog,
            ChunkStore chunks,
            CollectorConfig config,
            CollectorMeters meters,
            ProtocolProbe probe) {
        this.catalog = catalog;
        this.chunks = chunks;
        this.config = config;
        this.meters = meters;
        this.probe = probe;
    }

    /**
     * One unit of work: gives up lapsed uploads, removes one batch of content, sweeps one batch for the last time, forgets
     * one batch of events and keys.
     *
     * @return whether anything was done, so that more may be waiting
     */
    public Uni<Boolean> step() {
        return expire().chain(expired -> expireVersions().map(given -> expired || given))
                .chain(worked -> remove().map(removed -> worked || removed))
                .chain(worked -> sweep().map(swept -> worked || swept))
                .chain(worked -> trim().map(full -> worked || full));
    }

    /** Whether more than this batch may be due: what arrives between two runs can be far more. */
    private Uni<Boolean> trim() {
        return catalog.trimOutbox(config.outboxRetention(), ROWS_PER_TRIM)
                .chain(events ->
                        catalog.trimKeys(ROWS_PER_TRIM).map(keys -> events == ROWS_PER_TRIM || keys == ROWS_PER_TRIM));
    }

    private Uni<Boolean> expire() {
        return catalog.lapsed(config.batch()).chain(lapsed -> oneByOne(lapsed, this::expire));
    }

    /** What is whole is kept and shown: perhaps it was published on a primary that is gone. */
    private Uni<Void> expire(ContentId contentId) {
        return isComplete(contentId)
                .chain(complete -> {
                    if (complete) {
                        return catalog.suspect(contentId, config.suspectRetention())
                                .invoke(done -> {
                                    if (done) {
                                        meters.suspected();
                                        LOG.warnf(
                                                "contentId=%s is complete but was never published; kept as SUSPECT",
                                                contentId);
                                    }
                                });
                    }
                    return catalog.abort(contentId).invoke(done -> {
                        if (done) {
                            meters.aborted();
                            LOG.infof("contentId=%s lost its lease and was given up", contentId);
                        }
                    });
                })
                .call(() -> probe.at(ProtocolStep.EXPIRED, contentId))
                .replaceWithVoid();
    }

    private Uni<Boolean> isComplete(ContentId contentId) {
        return chunks.manifest(contentId)
                .chain(manifest -> manifest.map(this::isWhole)
                        .orElseGet(() -> Uni.createFrom().item(false)))
                .onFailure(UnreadableManifestException.class)
                .recoverWithItem(true);
    }

    /** The only chunk of a content is written after its manifest; any other before. */
    private Uni<Boolean> isWhole(Manifest manifest) {
        StoredContent content = manifest.content();
        return content.layout().chunkCount() == 1
                ? chunks.read(content.contentId(), 0, 1).map(found -> !found.isEmpty())
                : Uni.createFrom().item(true);
    }

    /** What cannot be given up now is left for the next run, and holds nothing else up. */
    private Uni<Boolean> expireVersions() {
        return catalog.expireVersions(config.batch())
                .invoke(meters::expired)
                .map(expired -> expired > 0)
                .onFailure()
                .invoke(failure -> {
                    meters.failed();
                    LOG.warn("collector could not give up versions whose time is over", failure);
                })
                .onFailure()
                .recoverWithItem(false);
    }

    private Uni<Boolean> remove() {
        return catalog.claim(config.batch(), config.quarantine(), config.claim())
                .chain(claimed -> oneByOne(claimed, this::remove));
    }

    /** Claimed by themselves: if that fails, what was claimed before is removed all the same, and not left claimed. */
    private Uni<Boolean> sweep() {
        return catalog.claimSwept(config.batch(), config.lastSweepAfter(), config.claim())
                .chain(claimed -> oneByOne(claimed, this::remove));
    }

    private Uni<Void> remove(Garbage garbage) {
        ContentId id = garbage.contentId();
        return probe.at(ProtocolStep.CLAIMED, id)
                .chain(() -> removeChunks(garbage, 0, 0))
                .call(() -> chunks.forget(id))
                .call(() -> probe.at(ProtocolStep.FORGOTTEN, id))
                .chain(removed -> finish(garbage).invoke(done -> {
                    if (done) { // otherwise another collector took over meanwhile, and it counts
                        meters.purged(removed);
                        LOG.infof("contentId=%s removed, chunks=%d", id, removed);
                    }
                }))
                .replaceWithVoid();
    }

    private Uni<Boolean> finish(Garbage garbage) {
        return garbage.lastSweep() ? catalog.drop(garbage) : catalog.purged(garbage);
    }

    private Uni<Long> removeChunks(Garbage garbage, int first, long removed) {
        if (first >= garbage.chunkLimit()) {
            return Uni.createFrom().item(removed);
        }
        int count = Math.min(CHUNKS_PER_DELETE, garbage.chunkLimit() - first);
        return chunks.delete(garbage.contentId(), first, count)
                .call(() -> probe.at(ProtocolStep.CHUNKS_REMOVED, garbage.contentId()))
                .chain(deleted -> removeChunks(garbage, first + count, removed + deleted));
    }

    /**
     * A content that fails is left as it is, for the next run; the others go on.
     *
     * @return whether any of them was finished
     */
    private <T> Uni<Boolean> oneByOne(List<T> items, Function<T, Uni<Void>> work) {
        return Multi.createFrom()
                .iterable(items)
                .onItem()
                .transformToUniAndConcatenate(item -> work.apply(item)
                        .replaceWith(true)
                        .onFailure()
                        .invoke(failure -> {
                            meters.failed();
                            LOG.warnf(failure, "collector could not finish %s", item);
                        })
                        .onFailure()
                        .recoverWithItem(false))
                .collect()
                .with(Collectors.reducing(false, (any, finished) -> any || finished));
    }
}
