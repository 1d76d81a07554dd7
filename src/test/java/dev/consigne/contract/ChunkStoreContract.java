package dev.consigne.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.Chunk;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.Manifest;
import dev.consigne.file.MediaType;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sentences of {@link ChunkStore}, for each store in a class of its own. */
public abstract class ChunkStoreContract {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final int CHUNK = 1000;

    private final ContentId contentId = Samples.newContent();
    private final byte[] bytes = Bytes.seeded(51, 4 * CHUNK + 17);
    private final List<Chunk> chunks = Samples.chunks(contentId, bytes, CHUNK);

    protected abstract ChunkStore store();

    @Test
    void readsBackWhatWasWritten() {
        // Given
        chunks.forEach(this::write);

        // When
        List<Chunk> found = read(0, 5);

        // Then
        assertThat(found).isEqualTo(chunks);
        assertThat(found).allMatch(Chunk::intact);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64 * 1024, 8 << 20})
    void keepsChunksOfEverySize(int size) {
        Chunk chunk = Chunk.of(contentId, 99_999_998, ByteBuffer.wrap(Bytes.seeded(size, size)));

        write(chunk);

        assertThat(await(store().read(contentId, 99_999_998, 1))).containsExactly(chunk);
    }

    @Test
    void writesThePartOfAnArrayThatTheBufferShows() {
        ByteBuffer part = ByteBuffer.wrap(bytes, 100, 50);
        write(Chunk.of(contentId, 0, part));

        byte[] stored = Bytes.joined(List.of(read(0, 1).get(0).data()));

        assertThat(stored).isEqualTo(Bytes.joined(List.of(part)));
        assertThat(part.remaining()).as("not consumed").isEqualTo(50);
    }

    @Test
    void takesTheSameChunkAgain() {
        write(chunks.get(0));

        write(chunks.get(0));

        assertThat(read(0, 1)).containsExactly(chunks.get(0));
    }

    @Test
    void refusesAnotherChunkUnderTheSameName() {
        // Given
        write(chunks.get(0));
        Chunk other = Chunk.of(contentId, 0, ByteBuffer.wrap(Bytes.seeded(1, CHUNK)));

        // When
        assertThatThrownBy(() -> write(other))

                // Then
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UPLOAD_LOST));
        assertThat(read(0, 1)).containsExactly(chunks.get(0));
    }

    @Test
    void readsThoseThatExistAndNoOthers() {
        // Given
        write(chunks.get(1));
        write(chunks.get(3));

        // When
        List<Chunk> found = read(0, 4);

        // Then
        assertThat(found).containsExactly(chunks.get(1), chunks.get(3));
        assertThat(read(2, 1)).isEmpty();
        assertThat(await(store().read(Samples.newContent(), 0, 5))).isEmpty();
    }

    @Test
    void keepsContentsApart() {
        ContentId other = Samples.newContent();
        write(chunks.get(0));
        write(Chunk.of(other, 0, ByteBuffer.wrap(Bytes.seeded(9, 5))));

        await(store().delete(other, 0, 1));

        assertThat(read(0, 1)).containsExactly(chunks.get(0));
    }

    @Test
    void deletesTheChunksNamedAndCountsThem() {
        // Given
        chunks.forEach(this::write);

        // When
        long deleted = await(store().delete(contentId, 1, 3));

        // Then
        assertThat(deleted).isEqualTo(3);
        assertThat(read(0, 5)).containsExactly(chunks.get(0), chunks.get(4));
    }

    @Test
    void deletesAgainWithoutHarm() {
        // Given
        write(chunks.get(2));

        // When
        long deleted = await(store().delete(contentId, 0, 64));

        // Then
        assertThat(deleted).isEqualTo(1);
        assertThat(await(store().delete(contentId, 0, 64))).isZero();
    }

    @Test
    void knowsNoManifestBeforeTheContentIsSealed() {
        assertThat(await(store().manifest(contentId))).isEmpty();

        await(store().announce(contentId, 5));

        assertThat(await(store().manifest(contentId))).isEmpty();
    }

    @Test
    void givesTheManifestBackAsItWas() {
        Manifest manifest = manifest(bytes);
        await(store().announce(contentId, 5));

        await(store().seal(manifest));

        assertThat(await(store().manifest(contentId))).contains(manifest);
    }

    @Test
    void givesTheManifestOfAnEmptyContentBack() {
        Manifest manifest = manifest(new byte[0]);

        await(store().seal(manifest));

        assertThat(await(store().manifest(contentId))).contains(manifest);
    }

    @Test
    void knowsAContentThatIsSealedBeforeItsChunk() {
        await(store().announce(manifest(bytes)));

        assertThat(await(store().manifest(contentId))).contains(manifest(bytes));
        assertThat(await(store().read(contentId, 0, 1))).isEmpty();
    }

    @Test
    void sealsBeforeTheChunkAgainWithoutHarm() {
        await(store().announce(manifest(bytes)));

        await(store().announce(manifest(bytes)));

        assertThat(await(store().manifest(contentId))).contains(manifest(bytes));
    }

    @Test
    void announcesAndSealsAgainWithoutHarm() {
        await(store().announce(contentId, 5));
        await(store().announce(contentId, 5));
        await(store().seal(manifest(bytes)));
        await(store().seal(manifest(bytes)));

        await(store().announce(contentId, 5));

        assertThat(await(store().manifest(contentId)))
                .as("an announcement that comes late does not undo the seal")
                .contains(manifest(bytes));
    }

    @Test
    void forgetsTheManifestAndLeavesTheChunksAlone() {
        // Given
        await(store().announce(contentId, 5));
        write(chunks.get(0));
        await(store().seal(manifest(bytes)));

        // When
        await(store().forget(contentId));

        // Then
        assertThat(await(store().manifest(contentId))).isEmpty();
        assertThat(read(0, 1)).hasSize(1);
        await(store().forget(contentId));
    }

    @Test
    void takesManyWritesOfOneChunkAtOnceAsOne() {
        List<Uni<Void>> writes = IntStream.range(0, 10)
                .mapToObj(i -> store().write(chunks.get(0)))
                .toList();

        await(Uni.join().all(writes).andFailFast());

        assertThat(await(store().delete(contentId, 0, 1))).isEqualTo(1);
    }

    private Manifest manifest(byte[] content) {
        return new Manifest(
                Samples.stored(contentId, content, CHUNK),
                new BucketName("bucket.of-0"),
                new FileName("où/日本 \uD83D\uDE00.txt"),
                new MediaType("text/plain; charset=utf-8"));
    }

    private void write(Chunk chunk) {
        await(store().write(chunk));
    }

    /** Sorted, as the store may answer in any order. */
    private List<Chunk> read(int first, int count) {
        return await(store().read(contentId, first, count)).stream()
                .sorted(Comparator.comparingInt(Chunk::number))
                .toList();
    }

    protected static <T> T await(Uni<T> uni) {
        return uni.await().atMost(BOUND);
    }
}
