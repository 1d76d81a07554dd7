package dev.consigne.job;

import dev.consigne.file.ContentId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Looks for contents MongoDB names and the catalog does not. One that is complete is listed and never removed here. One
 * that is not is an orphan when two runs have seen it, the grace apart; told to repair, the sweep gives it a lapsed row,
 * and it leaves through the collector as everything does. Too many at once are no orphans but the wrong catalog: then it
 * stops.
 */
@ApplicationScoped
class OrphanSweep implements Job {
    private static final Logger LOG = Logger.getLogger(OrphanSweep.class);
    private static final String WALK = "walk";
    private static final String REMOVE = "remove";
    private static final int BATCH = 50;

    /** So many at once are believed, or one in a thousand of all, whichever is more. */
    private static final long BELIEVED = 100;

    private static final long BELIEVED_ONE_IN = 1000;

    private final ChunkWalk walk;
    private final ChunkInventory inventory;
    private final CheckCatalog catalog;
    private final JobConfig config;

    OrphanSweep(ChunkWalk walk, ChunkInventory inventory, CheckCatalog catalog, JobConfig config) {
        this.walk = walk;
        this.inventory = inventory;
        this.catalog = catalog;
        this.config = config;
    }

    @Override
    public JobName name() {
        return JobName.ORPHANS;
    }

    @Override
    public boolean removes(JobOrder order) {
        return order.repairs();
    }

    @Override
    public Uni<JobStep> step(JobRun run) {
        Checkpoint at = Checkpoint.parse(run.checkpoint(), WALK);
        return at.part().equals(WALK) ? look(run, at) : remove(run, at);
    }

    private Uni<JobStep> look(JobRun run, Checkpoint at) {
        return walk.next(at, ChunkWalk.BATCH).chain(batch -> {
            List<ContentId> orphans = batch.unknown().stream()
                    .filter(content -> !content.complete())
                    .map(Announced::contentId)
                    .toList();
            JobStep step = batch.step(at);
            return step.more() ? catalog.sighted(orphans, run.run()).replaceWith(step) : looked(run, step);
        });
    }

    private Uni<JobStep> looked(JobRun run, JobStep last) {
        return catalog.forgetUnseen(run.run())
                .chain(() -> run.order().repairs()
                        ? requireBelievable(run).replaceWith(last.goingOnAt(Checkpoint.beginningOf(REMOVE)))
                        : Uni.createFrom().item(last));
    }

    private Uni<Void> requireBelievable(JobRun run) {
        long believed = Math.max(BELIEVED, run.examined() / BELIEVED_ONE_IN);
        return catalog.countConfirmedOrphans(run.run(), config.orphansGrace())
                .invoke(count -> {
                    if (count > believed) {
                        throw new HeldException(
                                count + " of " + run.examined() + " contents would be orphans; more than " + believed
                                        + " are not believed. Is this the right catalog? Nothing was removed");
                    }
                })
                .replaceWithVoid();
    }

    private Uni<JobStep> remove(JobRun run, Checkpoint at) {
        return catalog.confirmedOrphans(run.run(), config.orphansGrace(), at.after(), BATCH)
                .chain(orphans -> {
                    List<Finding> handed = new ArrayList<>();
                    return Multi.createFrom()
                            .iterable(orphans)
                            .onItem()
                            .transformToUniAndConcatenate(id -> handOver(id, handed))
                            .onItem()
                            .ignoreAsUni()
                            .map(done -> new JobStep(
                                    at.behind(orphans).toString(), !orphans.isEmpty(), 0, handed.size(), 0, handed));
                });
    }

    /** Looked at once more: it may have been completed or removed since. */
    private Uni<Void> handOver(ContentId id, List<Finding> handed) {
        return inventory.find(id).chain(found -> {
            if (found.isEmpty() || found.get().complete()) {
                return Uni.createFrom().voidItem();
            }
            Announced orphan = found.get();
            if (orphan.chunkLimit().isEmpty()) {
                LOG.warnf("contentId=%s is an orphan of unknown size; it is left alone", id);
                return Uni.createFrom().voidItem();
            }
            return catalog.handToCollector(id, orphan.chunkLimit().getAsInt())
                    .invoke(done -> {
                        if (done) {
                            handed.add(Finding.of(FindingKind.ORPHAN, orphan, "given to the collector"));
                            LOG.infof("contentId=%s is an orphan and was given to the collector", id);
                        }
                    })
                    .replaceWithVoid();
        });
    }
}
