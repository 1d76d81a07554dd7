package dev.consigne.job;

import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentStates;
import dev.consigne.file.FileCatalog;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** From the catalog to the chunks: checks published contents in the order of their ids, and settles what it finds. */
@ApplicationScoped
class CatalogWalk {
    private static final Logger LOG = Logger.getLogger(CatalogWalk.class);

    /** Contents of a step that looks at names alone; one that reads bytes takes one content. */
    private static final int BATCH = 50;

    private final CheckCatalog catalog;
    private final FileCatalog files;
    private final ChunkStore chunks;
    private final ContentCheck check;

    CatalogWalk(CheckCatalog catalog, FileCatalog files, ChunkStore chunks, ContentCheck check) {
        this.catalog = catalog;
        this.files = files;
        this.chunks = chunks;
        this.check = check;
    }

    /** What is done about a finding. */
    enum Effect {
        NONE,
        /** The row says what was found: LIVE to DAMAGED and back. */
        MARK,
        /** And what can be made right without a guess is. */
        REPAIR
    }

    /**
     * The next contents behind the checkpoint.
     *
     * @param deep whether their bytes are read
     * @param pace contents a second, or bytes a second if deep
     * @return the step; without {@code more} the walk is over
     */
    Uni<JobStep> step(Checkpoint at, boolean deep, Effect effect, Pace pace) {
        return catalog.published(at.after(), deep ? 1 : BATCH).chain(entries -> {
            Tally tally = new Tally();
            return Multi.createFrom()
                    .iterable(entries)
                    .onItem()
                    .transformToUniAndConcatenate(entry ->
                            look(entry, deep, pace).chain(findings -> settle(entry, deep, effect, findings, tally)))
                    .onItem()
                    .ignoreAsUni()
                    .map(done -> tally.step(at, entries));
        });
    }

    private Uni<List<Finding>> look(CatalogEntry entry, boolean deep, Pace pace) {
        if (!entry.published()) {
            return Uni.createFrom().item(List.of(givenUp(entry)));
        }
        return deep ? check.deep(entry, pace) : check.light(entry).call(() -> pace.after(1));
    }

    /** One statement saw state and references: that is no delete under way. */
    private static Finding givenUp(CatalogEntry entry) {
        return Finding.of(
                FindingKind.GIVEN_UP,
                entry,
                "is " + entry.state().label() + ", and " + entry.referring() + " files and versions refer to it");
    }

    /** A content that was deleted and removed while it was looked at is no finding. */
    private Uni<Void> settle(CatalogEntry entry, boolean deep, Effect effect, List<Finding> findings, Tally tally) {
        tally.bytes += deep ? entry.content().layout().length() : 0;
        if (findings.isEmpty()) {
            return settleSound(entry, deep, effect, tally);
        }
        if (!entry.published()) {
            note(findings, tally);
            return Uni.createFrom().voidItem();
        }
        return catalog.isPublished(entry.content().contentId()).chain(published -> {
            if (!published) {
                return Uni.createFrom().voidItem();
            }
            note(findings, tally);
            return mark(entry, deep, effect, findings, tally).chain(() -> repair(entry, deep, effect, findings, tally));
        });
    }

    private static void note(List<Finding> findings, Tally tally) {
        findings.forEach(
                finding -> LOG.warnf("contentId=%s %s: %s", finding.contentId(), finding.kind(), finding.detail()));
        tally.findings.addAll(findings);
    }

    private Uni<Void> settleSound(CatalogEntry entry, boolean deep, Effect effect, Tally tally) {
        if (!deep || effect == Effect.NONE) {
            return Uni.createFrom().voidItem();
        }
        return heal(entry, tally).chain(() -> catalog.verified(entry.content().contentId()));
    }

    private Uni<Void> heal(CatalogEntry entry, Tally tally) {
        if (!entry.state().equals(ContentStates.DAMAGED)) {
            return Uni.createFrom().voidItem();
        }
        return catalog.heal(entry.content().contentId())
                .invoke(healed -> {
                    if (healed) {
                        tally.changed++;
                        tally.findings.add(Finding.of(FindingKind.HEALED, entry, "every byte is right; LIVE again"));
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> mark(CatalogEntry entry, boolean deep, Effect effect, List<Finding> findings, Tally tally) {
        if (effect == Effect.NONE) {
            return Uni.createFrom().voidItem();
        }
        String losses = findings.stream()
                .filter(finding -> finding.kind().loss())
                .map(Finding::detail)
                .collect(Collectors.joining("; "));
        if (losses.isEmpty()) {
            return deep
                    ? settleSound(entry, true, effect, tally)
                    : Uni.createFrom().voidItem();
        }
        return files.markDamaged(entry.content().contentId(), losses)
                .invoke(marked -> tally.changed += marked ? 1 : 0)
                .replaceWithVoid();
    }

    /** Only with every byte of the content known to be right is the catalog's word put over the manifest's. */
    private Uni<Void> repair(CatalogEntry entry, boolean deep, Effect effect, List<Finding> findings, Tally tally) {
        boolean lossless = findings.stream().noneMatch(finding -> finding.kind().loss());
        if (effect != Effect.REPAIR || !lossless || entry.file().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Uni<Void> work = Uni.createFrom().voidItem();
        for (Finding finding : findings) {
            work = switch (finding.kind()) {
                case MISSING_MANIFEST -> work.chain(() -> seal(entry, tally));
                case MISMATCHED_MANIFEST -> deep ? work.chain(() -> seal(entry, tally)) : work;
                case EXTRA_CHUNKS -> work.chain(() -> cutOff(entry, tally));
                case MISCOUNTED -> work.chain(() -> countUp(entry, tally));
                default -> work;
            };
        }
        return work;
    }

    private Uni<Void> seal(CatalogEntry entry, Tally tally) {
        return chunks.seal(entry.file().orElseThrow()).invoke(() -> tally.changed++);
    }

    private Uni<Void> countUp(CatalogEntry entry, Tally tally) {
        return catalog.countUp(entry.content().contentId())
                .invoke(counted -> tally.changed += counted ? 1 : 0)
                .replaceWithVoid();
    }

    private Uni<Void> cutOff(CatalogEntry entry, Tally tally) {
        return chunks.delete(
                        entry.content().contentId(), entry.content().layout().chunkCount(), ContentCheck.BEYOND)
                .invoke(() -> tally.changed++)
                .replaceWithVoid();
    }

    /** What a step adds up. */
    private static final class Tally {
        private final List<Finding> findings = new ArrayList<>();
        private long changed;
        private long bytes;

        JobStep step(Checkpoint at, List<CatalogEntry> entries) {
            Checkpoint next = at.behind(
                    entries.stream().map(entry -> entry.content().contentId()).toList());
            return new JobStep(next.toString(), !entries.isEmpty(), entries.size(), changed, bytes, findings);
        }
    }
}
