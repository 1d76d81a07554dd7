package dev.consigne.job;

import dev.consigne.file.ContentId;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is in the chunk store, for those who compare. Fails as {@code ChunkStore} does. */
public interface ChunkInventory {
    /** Contents the store names, in the order of their ids, from the first after {@code after}. */
    Uni<List<Announced>> announced(Optional<ContentId> after, int limit);

    /** The content as the store names it, empty if it does not. */
    Uni<Optional<Announced>> find(ContentId contentId);

    /** Which of the chunks {@code first} to {@code first + count - 1} are there; their bytes are not fetched. */
    Uni<Set<Integer>> present(ContentId contentId, int first, int count);

    /**
     * The first content after {@code after} that has a chunk, announced or not: a walk over the index of the chunks. For
     * a MongoDB only; a server without ordered indexes would load every chunk.
     */
    Uni<Optional<ContentId>> nextWithChunks(Optional<ContentId> after);
}
