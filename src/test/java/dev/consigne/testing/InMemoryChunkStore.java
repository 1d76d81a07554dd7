package dev.consigne.testing;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Chunk;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.Manifest;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A chunk store as good as the real ones but for durability. A hook before each kind of call can fail or delay it; the
 * chunks can be tampered with behind the store's back.
 */
public final class InMemoryChunkStore implements ChunkStore {
    /** The methods of the port. */
    public enum Call {
        ANNOUNCE,
        WRITE,
        SEAL,
        MANIFEST,
        READ,
        DELETE,
        FORGET
    }

    private record Key(ContentId contentId, int number) {}

    private final Map<Key, Chunk> chunks = new ConcurrentHashMap<>();
    private final Map<ContentId, Optional<Manifest>> manifests = new ConcurrentHashMap<>();
    private final Map<Call, Supplier<Uni<Void>>> hooks = new ConcurrentHashMap<>();
    private final Map<Call, AtomicInteger> calls = new EnumMap<>(Call.class);

    public InMemoryChunkStore() {
        for (Call call : Call.values()) {
            calls.put(call, new AtomicInteger());
        }
    }

    /** From now on calls of this kind wait for the hook's answer and fail as it fails. */
    public void before(Call call, Supplier<Uni<Void>> hook) {
        hooks.put(call, hook);
    }

    /** How many calls of this kind were made. */
    public int calls(Call call) {
        return calls.get(call).get();
    }

    /** Puts the chunk in, whatever is there. */
    public void put(Chunk chunk) {
        chunks.put(new Key(chunk.contentId(), chunk.number()), chunk);
    }

    /** Takes a chunk away. */
    public Chunk remove(ContentId contentId, int number) {
        Chunk removed = chunks.remove(new Key(contentId, number));
        if (removed == null) {
            throw new AssertionError("there is no chunk " + number);
        }
        return removed;
    }

    @Override
    public Uni<Void> announce(ContentId contentId, int chunkLimit) {
        return called(Call.ANNOUNCE, () -> manifests.putIfAbsent(contentId, Optional.empty()))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> write(Chunk chunk) {
        return called(Call.WRITE, () -> chunks.putIfAbsent(new Key(chunk.contentId(), chunk.number()), kept(chunk)))
                .invoke(found -> {
                    if (found != null && !found.data().equals(chunk.data())) {
                        throw new ServiceException(
                                ErrorCode.UPLOAD_LOST, "another chunk is stored as " + chunk.number());
                    }
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> announce(Manifest manifest) {
        return seal(manifest);
    }

    @Override
    public Uni<Void> seal(Manifest manifest) {
        return called(Call.SEAL, () -> manifests.put(manifest.content().contentId(), Optional.of(manifest)))
                .replaceWithVoid();
    }

    @Override
    public Uni<Optional<Manifest>> manifest(ContentId contentId) {
        return called(Call.MANIFEST, () -> manifests.getOrDefault(contentId, Optional.empty()));
    }

    @Override
    public Uni<List<Chunk>> read(ContentId contentId, int first, int count) {
        return called(
                Call.READ,
                () -> keys(contentId, first, count).stream()
                        .flatMap(key -> Optional.ofNullable(chunks.get(key)).stream())
                        .toList());
    }

    @Override
    public Uni<Long> delete(ContentId contentId, int first, int count) {
        return called(
                Call.DELETE,
                () -> keys(contentId, first, count).stream()
                        .filter(key -> chunks.remove(key) != null)
                        .count());
    }

    @Override
    public Uni<Void> forget(ContentId contentId) {
        return called(Call.FORGET, () -> manifests.remove(contentId)).replaceWithVoid();
    }

    /** Whoever wrote it may use its buffer again. */
    private static Chunk kept(Chunk chunk) {
        ByteBuffer copy = ByteBuffer.allocate(chunk.length()).put(chunk.data().duplicate());
        return new Chunk(chunk.contentId(), chunk.number(), copy.flip(), chunk.crc32c());
    }

    private <T> Uni<T> called(Call call, Supplier<T> act) {
        return Uni.createFrom().deferred(() -> {
            calls.get(call).incrementAndGet();
            return hooks.getOrDefault(call, () -> Uni.createFrom().voidItem())
                    .get()
                    .map(ready -> act.get());
        });
    }

    private static List<Key> keys(ContentId contentId, int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> new Key(contentId, number))
                .toList();
    }
}
