package dev.consigne.file;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads chunks and lets only right ones through: each there, of the length the layout demands, of its checksum. */
final class ChunkCheck {
    private ChunkCheck() {}

    /**
     * The chunks {@code first} to {@code first + count - 1} in order. Looks a second time before it gives up, since a
     * server that has just lost its rank may answer without its newest documents.
     *
     * @return fails with {@link DamagedContentException}, or as the store fails
     */
    static Uni<List<Chunk>> read(ChunkReads store, StoredContent content, int first, int count) {
        return store.read(content.contentId(), first, count)
                .map(found -> inOrder(content, first, count, found))
                .onFailure(DamagedContentException.class)
                .recoverWithUni(() -> store.read(content.contentId(), first, count)
                        .map(found -> inOrder(content, first, count, found)));
    }

    private static List<Chunk> inOrder(StoredContent content, int first, int count, List<Chunk> found) {
        Map<Integer, Chunk> byNumber = found.stream().collect(Collectors.toMap(Chunk::number, Function.identity()));
        List<Chunk> chunks = new ArrayList<>(count);
        for (int number = first; number < first + count; number++) {
            Chunk chunk = byNumber.get(number);
            if (chunk == null) {
                throw new DamagedContentException(content.contentId(), "chunk " + number + " is missing");
            }
            if (chunk.length() != content.layout().lengthOf(number)) {
                throw new DamagedContentException(
                        content.contentId(),
                        "chunk " + number + " has " + chunk.length() + " bytes instead of "
                                + content.layout().lengthOf(number));
            }
            if (!chunk.intact()) {
                throw new DamagedContentException(content.contentId(), "chunk " + number + " fails its checksum");
            }
            chunks.add(chunk);
        }
        return chunks;
    }
}
