package dev.consigne.file;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** Where chunks are read from. */
interface ChunkReads {
    /**
     * Those of the chunks {@code first} to {@code first + count - 1} that exist, in any order; unchecked.
     *
     * @param count how many; all are held in memory together
     */
    Uni<List<Chunk>> read(ContentId contentId, int first, int count);

    /** The same, and the meters are told how long each reading takes that succeeds. */
    static ChunkReads timed(ChunkReads reads, Ticker ticker, FileMeters meters) {
        return (contentId, first, count) -> Uni.createFrom().deferred(() -> {
            long start = ticker.nanos();
            return reads.read(contentId, first, count).invoke(found -> meters.chunksRead(ticker.since(start)));
        });
    }
}
