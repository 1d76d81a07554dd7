package dev.consigne.job;

import dev.consigne.file.ContentStates;
import dev.consigne.file.Ids;
import dev.consigne.file.Manifest;
import dev.consigne.file.Ticker;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes files of contents that are complete in MongoDB and were never published as far as the catalog knows: after
 * PostgreSQL was put back in time, of those stored since. Each is read to its last byte first. One whose name is taken is
 * listed and left.
 */
@ApplicationScoped
class AdoptJob implements Job {
    private static final int BATCH = 20;

    private final ChunkWalk walk;
    private final ContentCheck check;
    private final AdoptionCatalog catalog;
    private final CollectorConfig collector;
    private final Ids ids;
    private final Pace bytesPerSecond;

    AdoptJob(
            ChunkWalk walk,
            ContentCheck check,
            AdoptionCatalog catalog,
            CollectorConfig collector,
            JobConfig config,
            Ids ids,
            Ticker ticker) {
        this.walk = walk;
        this.check = check;
        this.catalog = catalog;
        this.collector = collector;
        this.ids = ids;
        this.bytesPerSecond = new Pace(ticker, config.scrubRate().bytes());
    }

    @Override
    public JobName name() {
        return JobName.ADOPT;
    }

    /** It only adds, and is what a hold is released after. */
    @Override
    public boolean removes(JobOrder order) {
        return false;
    }

    @Override
    public Uni<JobStep> step(JobRun run) {
        Checkpoint at = Checkpoint.parse(run.checkpoint(), "chunks");
        return walk.next(at, BATCH).chain(batch -> {
            List<Outcome> outcomes = new ArrayList<>();
            return Multi.createFrom()
                    .iterable(batch.adoptable())
                    .onItem()
                    .transformToUniAndConcatenate(content -> consider(content, run.order()))
                    .invoke(outcomes::add)
                    .onItem()
                    .ignoreAsUni()
                    .map(done -> batch.step(
                            at, outcomes.stream().map(Outcome::finding).toList(), adopted(outcomes)));
        });
    }

    private Uni<Outcome> consider(Announced content, JobOrder order) {
        Manifest manifest = content.manifest().orElseThrow();
        CatalogEntry entry = new CatalogEntry(manifest.content(), ContentStates.SUSPECT, Optional.of(manifest));
        return check.deep(entry, bytesPerSecond).chain(findings -> {
            String losses = findings.stream()
                    .filter(finding -> finding.kind().loss())
                    .map(Finding::detail)
                    .collect(Collectors.joining("; "));
            if (!losses.isEmpty()) {
                return outcome(entry, "not whole, not adopted: " + losses);
            }
            return order.repairs()
                    ? adopt(entry, manifest)
                    : outcome(entry, "whole; with repair it becomes a file if its name is free");
        });
    }

    private Uni<Outcome> adopt(CatalogEntry entry, Manifest manifest) {
        return catalog.takeIn(manifest, collector.suspectRetention())
                .chain(() -> catalog.adopt(manifest, ids.newFile()))
                .chain(adoption -> switch (adoption) {
                    case ADOPTED ->
                        Uni.createFrom()
                                .item(new Outcome(Finding.of(FindingKind.ADOPTED, entry, "is a file now"), true));
                    case NAME_TAKEN ->
                        outcome(entry, "not adopted: another file has its name; see which one is wanted");
                    case NO_BUCKET -> outcome(entry, "not adopted: its bucket is gone; create it and run again");
                    case NOT_SUSPECT -> outcome(entry, "not adopted: its state changed meanwhile");
                });
    }

    private static Uni<Outcome> outcome(CatalogEntry entry, String detail) {
        return Uni.createFrom().item(new Outcome(Finding.of(FindingKind.ADOPTABLE, entry, detail), false));
    }

    private static long adopted(List<Outcome> outcomes) {
        return outcomes.stream().filter(Outcome::adopted).count();
    }

    private record Outcome(Finding finding, boolean adopted) {}
}
