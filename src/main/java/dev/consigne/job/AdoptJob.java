package dev.consigne.job;

import dev.consigne.file.ContentStates;
import dev.consigne.file.Ids;
import dev.consigne.file.Manifest;
import dev.consigne.file.Ticker;
import dev.consigne.job.AdoptionCatalog.Claim;
import dev.consigne.job.AdoptionCatalog.Claimant;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes files of contents that are complete in MongoDB and were never published as far as the catalog knows: after
 * PostgreSQL was put back in time, of those stored since. First each is read to its last byte and its claim to a name
 * noted; only then, with all claims known, are those adopted that nobody else disputes. The others are listed and left.
 */
@ApplicationScoped
class AdoptJob implements Job {
    private static final String READ = "read";
    private static final String SETTLE = "settle";
    private static final int BATCH = 20;

    private final ChunkWalk walk;
    private final ContentCheck check;
    private final ChunkInventory inventory;
    private final AdoptionCatalog catalog;
    private final CollectorConfig collector;
    private final Ids ids;
    private final Pace bytesPerSecond;

    AdoptJob(
            ChunkWalk walk,
            ContentCheck check,
            ChunkInventory inventory,
            AdoptionCatalog catalog,
            CollectorConfig collector,
            JobConfig config,
            Ids ids,
            Ticker ticker) {
        this.walk = walk;
        this.check = check;
        this.inventory = inventory;
        this.catalog = catalog;
        this.collector = collector;
        this.ids = ids;
        this.bytesPerSecond = new Pace(ticker, config.scrubRate().bytes());
    }

    @Override
    public JobName name() {
        return JobName.ADOPT;
    }

    /** It removes nothing but what an operator named, and that after its retention; it is what a hold is released after. */
    @Override
    public boolean removes(JobOrder order) {
        return false;
    }

    @Override
    public Uni<JobStep> step(JobRun run) {
        Checkpoint at = Checkpoint.parse(run.checkpoint(), READ);
        return at.part().equals(READ) ? read(run, at) : settle(run, at);
    }

    private Uni<JobStep> read(JobRun run, Checkpoint at) {
        return walk.next(at, BATCH).chain(batch -> {
            List<Claim> claims = new ArrayList<>(batch.running().stream()
                    .map(content -> new Claim(content.manifest().orElseThrow(), false))
                    .toList());
            List<Finding> torn = new ArrayList<>();
            return Multi.createFrom()
                    .iterable(batch.adoptable())
                    .onItem()
                    .transformToUniAndConcatenate(
                            content -> read(content.manifest().orElseThrow(), claims, torn))
                    .onItem()
                    .ignoreAsUni()
                    .chain(() -> catalog.note(claims, run.run()))
                    .chain(() -> noted(run, batch.step(at, torn, 0)));
        });
    }

    private Uni<JobStep> noted(JobRun run, JobStep step) {
        return step.more()
                ? Uni.createFrom().item(step)
                : catalog.forgetUnseen(run.run()).replaceWith(step.goingOnAt(Checkpoint.beginningOf(SETTLE)));
    }

    /** What is not whole claims its name all the same: it may be what its owner stored last. */
    private Uni<Void> read(Manifest manifest, List<Claim> claims, List<Finding> torn) {
        CatalogEntry entry = entry(manifest);
        return check.deep(entry, bytesPerSecond)
                .invoke(findings -> {
                    String losses = findings.stream()
                            .filter(finding -> finding.kind().loss())
                            .map(Finding::detail)
                            .collect(Collectors.joining("; "));
                    claims.add(new Claim(manifest, losses.isEmpty()));
                    if (!losses.isEmpty()) {
                        torn.add(Finding.of(FindingKind.ADOPTABLE, entry, "not whole, not adopted: " + losses));
                    }
                })
                .replaceWithVoid();
    }

    private Uni<JobStep> settle(JobRun run, Checkpoint at) {
        return catalog.claimants(run.run(), at.after(), BATCH).chain(claimants -> {
            List<Finding> findings = new ArrayList<>();
            return Multi.createFrom()
                    .iterable(claimants)
                    .onItem()
                    .transformToUniAndConcatenate(claimant -> settle(claimant, run.order()))
                    .invoke(found -> found.ifPresent(findings::add))
                    .onItem()
                    .ignoreAsUni()
                    .map(done -> new JobStep(
                            at.behind(claimants.stream()
                                            .map(Claimant::contentId)
                                            .toList())
                                    .toString(),
                            !claimants.isEmpty(),
                            0,
                            findings.stream()
                                    .filter(finding -> finding.kind() == FindingKind.ADOPTED)
                                    .count(),
                            0,
                            findings));
        });
    }

    /** Nothing is told of one that was removed meanwhile. */
    private Uni<Optional<Finding>> settle(Claimant claimant, JobOrder order) {
        return inventory
                .find(claimant.contentId())
                .chain(found -> found.flatMap(Announced::manifest)
                        .map(manifest -> settle(claimant, manifest, order).map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    private Uni<Finding> settle(Claimant claimant, Manifest manifest, JobOrder order) {
        if (claimant.unwanted()) {
            return order.repairs()
                    ? catalog.letGo(manifest, collector.suspectRetention())
                            .chain(() -> listed(FindingKind.SUSPECT, manifest, "unwanted; removed after its retention"))
                    : listed(FindingKind.SUSPECT, manifest, "unwanted; with repair it is removed after its retention");
        }
        if (!claimant.alone()) {
            return listed(manifest, "whole, not adopted: other contents claim its name; see which one is wanted");
        }
        return order.repairs()
                ? adopt(manifest)
                : listed(manifest, "whole; with repair it becomes a file if its name is free");
    }

    private Uni<Finding> adopt(Manifest manifest) {
        return catalog.adopt(manifest, ids.newFile()).chain(adoption -> switch (adoption) {
            case ADOPTED -> listed(FindingKind.ADOPTED, manifest, "is a file now");
            case NAME_TAKEN -> listed(manifest, "not adopted: another file has its name; see which one is wanted");
            case NO_BUCKET -> listed(manifest, "not adopted: its bucket is gone; create it and run again");
            case NOT_SUSPECT -> listed(manifest, "not adopted: its state changed meanwhile");
        });
    }

    private static Uni<Finding> listed(Manifest manifest, String detail) {
        return listed(FindingKind.ADOPTABLE, manifest, detail);
    }

    private static Uni<Finding> listed(FindingKind kind, Manifest manifest, String detail) {
        return Uni.createFrom().item(Finding.of(kind, entry(manifest), detail));
    }

    private static CatalogEntry entry(Manifest manifest) {
        return new CatalogEntry(manifest.content(), ContentStates.SUSPECT, Optional.of(manifest), 0, 0);
    }
}
