package dev.consigne.job;

import dev.consigne.file.ContentId;
import dev.consigne.file.ContentState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The catalog as those see it who compare the stores. Fails as {@code FileCatalog} does. */
public interface CheckCatalog {
    /** Published contents (LIVE and DAMAGED), and those that are not though something refers to them, in the order of their ids, from the first after {@code after}. */
    Uni<List<CatalogEntry>> published(Optional<ContentId> after, int limit);

    /**
     * The state of each of these contents; one without a row is not among the keys.
     *
     * @return fails unless the catalog has answered for every id
     */
    Uni<Map<ContentId, ContentState>> states(List<ContentId> ids);

    /** Those of these that are PENDING though their lease has passed. */
    Uni<Set<ContentId>> lapsed(List<ContentId> ids);

    /** Whether the content is still published. */
    Uni<Boolean> isPublished(ContentId id);

    /** Notes that the content was checked now. */
    Uni<Void> verified(ContentId id);

    /** DAMAGED to LIVE, after every byte was found right; false if it is not DAMAGED. */
    Uni<Boolean> heal(ContentId id);

    /**
     * Counts the files and versions that have the content, if too few were counted: too many keep it, too few could have
     * it removed. False if it was not so.
     */
    Uni<Boolean> countUp(ContentId id);

    /** Notes contents seen in MongoDB without a row, each once a run. */
    Uni<Void> sighted(List<ContentId> ids, long run);

    /** Those seen in this run and in an earlier one, and first seen longer ago than the grace, after {@code after}. */
    Uni<List<ContentId>> confirmedOrphans(long run, Duration grace, Optional<ContentId> after, int limit);

    /** How many those are. */
    Uni<Long> countConfirmedOrphans(long run, Duration grace);

    /** Forgets candidates not seen in this run: they have a row by now, or are gone. */
    Uni<Void> forgetUnseen(long run);

    /**
     * Gives an orphan a row whose lease has lapsed and which nobody can publish into, so that the collector removes it
     * as it does every other; false if it has a row.
     */
    Uni<Boolean> handToCollector(ContentId id, int chunkLimit);
}
