package dev.consigne.file;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;

/**
 * Where the bytes are. A chunk is named by its content and number and by nothing else: no call here searches, counts or
 * sorts in the store. A write that has been answered is durable on a majority of the store's members and survives the
 * loss of any one of them.
 *
 * <p>Every method fails with {@code ServiceException} {@code STORE_UNAVAILABLE} when the store does not answer in time
 * and {@code STORE_FULL} when it has no space; after the former a write may or may not have happened.
 */
public interface ChunkStore extends ChunkReads {
    /**
     * Makes the content id findable in this store, before any chunk of it is written. May be repeated, with a higher
     * limit before a chunk beyond the last one is written.
     *
     * @param chunkLimit no chunk with this number or a higher one is written before the next announcement
     */
    Uni<Void> announce(ContentId contentId, int chunkLimit);

    /**
     * As {@link #announce(ContentId, int)} and {@link #seal} in one, before any chunk is written: for a content of which
     * everything is known by then.
     */
    Uni<Void> announce(Manifest manifest);

    /**
     * Writes one chunk. May be repeated: the same chunk again is success.
     *
     * @return fails with {@code ServiceException} {@code UPLOAD_LOST} if another chunk is there under the same name
     */
    Uni<Void> write(Chunk chunk);

    /** Writes what the chunks of this content should be, beside its announcement, so that the store explains itself. */
    Uni<Void> seal(Manifest manifest);

    /**
     * The manifest, empty if the content was only announced or is not known.
     *
     * @return fails with {@link UnreadableManifestException} if there is one that nobody understands
     */
    Uni<Optional<Manifest>> manifest(ContentId contentId);

    /** {@inheritDoc} */
    @Override
    Uni<List<Chunk>> read(ContentId contentId, int first, int count);

    /** Removes the chunks {@code first} to {@code first + count - 1}; those that are not there do no harm. */
    Uni<Long> delete(ContentId contentId, int first, int count);

    /** Removes announcement and manifest. To be called last, so that the store names the id while it has chunks. */
    Uni<Void> forget(ContentId contentId);
}
