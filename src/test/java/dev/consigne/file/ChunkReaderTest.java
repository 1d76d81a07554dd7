package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.InMemoryChunkStore.Call;
import dev.consigne.testing.Recording;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of the reader: the slice, byte for byte, or a failure before the first wrong byte. */
class ChunkReaderTest {
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final int CHUNK = 7;

    private final InMemoryChunkStore store = new InMemoryChunkStore();
    private final byte[] bytes = Bytes.seeded(21, 5 * CHUNK + 3);
    private final StoredContent content = Samples.stored(Samples.newContent(), bytes, CHUNK);

    ChunkReaderTest() {
        Samples.chunks(content.contentId(), bytes, CHUNK).forEach(store::put);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 7, 100})
    void readsEverySliceByteForByte(int window) {
        for (int from = 0; from <= bytes.length; from++) {
            for (int to = from; to <= bytes.length; to++) {
                Recording<ByteBuffer> read = read(new Slice(from, to - from), window);

                assertThat(read.failure()).isEmpty();
                assertThat(Bytes.joined(read.items())).isEqualTo(Arrays.copyOfRange(bytes, from, to));
                assertThat(read.items()).allMatch(ByteBuffer::hasRemaining);
            }
        }
    }

    @Test
    void fetchesOnlyTheChunksOfTheSlice() {
        read(new Slice(CHUNK, 2 * CHUNK), 1);

        assertThat(store.calls(Call.READ)).isEqualTo(2);
    }

    @Test
    void fetchesNothingForAnEmptySlice() {
        Recording<ByteBuffer> read = read(new Slice(9, 0), 2);

        assertThat(read.completed()).isTrue();
        assertThat(store.calls(Call.READ)).isZero();
    }

    @Test
    void looksASecondTimeForAMissingChunk() {
        // Given
        Chunk late = store.remove(content.contentId(), 3);
        store.before(Call.READ, () -> {
            if (store.calls(Call.READ) == 2) {
                store.put(late);
            }
            return Uni.createFrom().voidItem();
        });

        // When
        Recording<ByteBuffer> read = read(whole(), 10);

        // Then
        assertThat(Bytes.joined(read.items())).isEqualTo(bytes);
        assertThat(store.calls(Call.READ)).isEqualTo(2);
    }

    @Test
    void givesUpOnAChunkThatIsMissingTwice() {
        // Given
        store.remove(content.contentId(), 3);

        // When
        Recording<ByteBuffer> read = read(whole(), 1);

        // Then
        assertDamaged(read, "chunk 3 is missing");
        assertThat(Bytes.joined(read.items())).isEqualTo(Arrays.copyOf(bytes, 3 * CHUNK));
        assertThat(store.calls(Call.READ)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 5})
    void refusesAChunkOfTheWrongLength(int number) {
        tamper(
                number,
                chunk ->
                        Chunk.of(chunk.contentId(), chunk.number(), chunk.data().slice(0, chunk.length() - 1)));

        assertDamaged(read(whole(), 2), "chunk " + number + " has ");
    }

    @Test
    void refusesALastChunkThatIsTooLong() {
        tamper(5, chunk -> Chunk.of(chunk.contentId(), chunk.number(), ByteBuffer.wrap(Bytes.seeded(1, CHUNK))));

        assertDamaged(read(whole(), 2), "chunk 5 has 7 bytes instead of 3");
    }

    @Test
    void refusesAChunkWithAFlippedBit() {
        // Given
        tamper(4, chunk -> {
            byte[] flipped = Bytes.joined(List.of(chunk.data()));
            flipped[6] ^= 1;
            return new Chunk(chunk.contentId(), chunk.number(), ByteBuffer.wrap(flipped), chunk.crc32c());
        });

        // When
        Recording<ByteBuffer> read = read(whole(), 1);

        // Then
        assertDamaged(read, "chunk 4 fails its checksum");
        assertThat(Bytes.joined(read.items())).isEqualTo(Arrays.copyOf(bytes, 4 * CHUNK));
    }

    @Test
    void doesNotSeeDamageOutsideOfTheSlice() {
        store.remove(content.contentId(), 5);

        Recording<ByteBuffer> read = read(new Slice(0, 5 * CHUNK), 2);

        assertThat(read.completed()).isTrue();
    }

    @Test
    void passesTheStoresFailureOnWithoutASecondLook() {
        // Given
        ServiceException away = new ServiceException(ErrorCode.STORE_UNAVAILABLE, "away");
        store.before(Call.READ, () -> Uni.createFrom().failure(away));

        // When
        Recording<ByteBuffer> read = read(whole(), 2);

        // Then
        assertThat(read.failure()).containsSame(away);
        assertThat(store.calls(Call.READ)).isEqualTo(1);
    }

    private Recording<ByteBuffer> read(Slice slice, int window) {
        Recording<ByteBuffer> read = Recording.of(
                        new ChunkReader(store, content, slice, Samples.reservation(), () -> window, () -> CHUNK),
                        Long.MAX_VALUE)
                .awaitEnd(BOUND);
        assertThat(read.endings()).isOne();
        return read;
    }

    private void tamper(int number, UnaryOperator<Chunk> change) {
        store.put(change.apply(store.remove(content.contentId(), number)));
    }

    private void assertDamaged(Recording<ByteBuffer> read, String finding) {
        assertThat(read.failure()).hasValueSatisfying(failure -> {
            assertThat(failure).isInstanceOf(DamagedContentException.class).hasMessageContaining(finding);
            assertThat(((DamagedContentException) failure).contentId()).isEqualTo(content.contentId());
        });
    }

    private Slice whole() {
        return new Slice(0, bytes.length);
    }
}
