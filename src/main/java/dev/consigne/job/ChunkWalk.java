package dev.consigne.job;

import dev.consigne.file.ContentId;
import dev.consigne.file.ContentState;
import dev.consigne.file.ContentStates;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * From the chunks to the catalog: looks up the row of every content MongoDB names. The catalog has to answer for every
 * id; an error says nothing about any of them.
 */
@ApplicationScoped
class ChunkWalk {
    /** Contents of a step that does no more than look. */
    static final int BATCH = 500;

    private final ChunkInventory inventory;
    private final CheckCatalog catalog;

    ChunkWalk(ChunkInventory inventory, CheckCatalog catalog) {
        this.inventory = inventory;
        this.catalog = catalog;
    }

    /** The next contents MongoDB names, with the states of those the catalog knows. */
    Uni<Batch> next(Checkpoint at, int limit) {
        return inventory
                .announced(at.after(), limit)
                .chain(announced -> catalog.states(
                                announced.stream().map(Announced::contentId).toList())
                        .chain(states -> lapsed(announced, states)
                                .chain(lapsed -> removedMeanwhile(announced, states)
                                        .map(gone -> new Batch(announced, states, lapsed, gone)))));
    }

    /** An upload that is complete may have been acknowledged by a catalog that was put back in time since. */
    private Uni<Set<ContentId>> lapsed(List<Announced> announced, Map<ContentId, ContentState> states) {
        List<ContentId> pending = announced.stream()
                .filter(Announced::complete)
                .map(Announced::contentId)
                .filter(id -> ContentStates.PENDING.equals(states.get(id)))
                .toList();
        return pending.isEmpty() ? Uni.createFrom().item(Set.of()) : catalog.lapsed(pending);
    }

    /** Those without a row that are no longer in MongoDB either: the collector was at them meanwhile. */
    private Uni<Set<ContentId>> removedMeanwhile(List<Announced> announced, Map<ContentId, ContentState> states) {
        return Multi.createFrom()
                .iterable(announced)
                .filter(content -> !states.containsKey(content.contentId()))
                .onItem()
                .transformToUniAndConcatenate(content -> inventory
                        .find(content.contentId())
                        .map(found -> found.isEmpty() ? Optional.of(content.contentId()) : Optional.<ContentId>empty()))
                .filter(Optional::isPresent)
                .map(Optional::get)
                .collect()
                .asSet();
    }

    /**
     * @param states without those that have no row
     * @param lapsed PENDING, complete, and past their lease
     * @param gone without a row, and removed since they were listed
     */
    record Batch(
            List<Announced> announced,
            Map<ContentId, ContentState> states,
            Set<ContentId> lapsed,
            Set<ContentId> gone) {
        /** Those without a row. */
        List<Announced> unknown() {
            return announced.stream()
                    .filter(content -> !states.containsKey(content.contentId()))
                    .filter(content -> !gone.contains(content.contentId()))
                    .toList();
        }

        List<Finding> findings() {
            return Stream.concat(unknown().stream().map(Batch::unknown), suspects())
                    .toList();
        }

        /** Complete ones that are no files: without a row, SUSPECT, or PENDING past their lease. */
        List<Announced> adoptable() {
            return Stream.concat(unknown().stream(), announced.stream().filter(this::isUnpublished))
                    .filter(content -> content.manifest().isPresent())
                    .toList();
        }

        /** Complete ones whose upload may be about to publish them. */
        List<Announced> running() {
            return announced.stream()
                    .filter(content -> content.manifest().isPresent())
                    .filter(content -> ContentStates.PENDING.equals(states.get(content.contentId())))
                    .filter(content -> !isUnpublished(content))
                    .toList();
        }

        private boolean isUnpublished(Announced content) {
            return ContentStates.SUSPECT.equals(states.get(content.contentId()))
                    || lapsed.contains(content.contentId());
        }

        private static Finding unknown(Announced content) {
            if (content.unreadable().isPresent()) {
                return unreadable(content, "and the catalog has no row of it");
            }
            return content.manifest().isPresent()
                    ? Finding.of(FindingKind.ADOPTABLE, content, "complete, and the catalog has no row of it")
                    : Finding.of(FindingKind.ORPHAN, content, "begun, and the catalog has no row of it");
        }

        private Stream<Finding> suspects() {
            return announced.stream()
                    .filter(Announced::complete)
                    .filter(this::isUnpublished)
                    .map(content -> content.unreadable().isPresent()
                            ? unreadable(content, "and it was never published")
                            : Finding.of(FindingKind.SUSPECT, content, "complete, never published"));
        }

        private static Finding unreadable(Announced content, String besides) {
            return Finding.of(
                    FindingKind.MISMATCHED_MANIFEST,
                    content,
                    content.unreadable().orElseThrow() + "; " + besides);
        }

        JobStep step(Checkpoint at) {
            return step(at, findings(), 0);
        }

        JobStep step(Checkpoint at, List<Finding> found, long changed) {
            Checkpoint next =
                    at.behind(announced.stream().map(Announced::contentId).toList());
            return new JobStep(next.toString(), !announced.isEmpty(), announced.size(), changed, 0, found);
        }
    }
}
