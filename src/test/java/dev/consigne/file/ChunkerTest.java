package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.Recording;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Multi;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out of the chunker: the right bytes in chunks of the right size, whatever the buffers were. */
class ChunkerTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final ContentId contentId = Samples.newContent();

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64})
    void cutsBuffersOfEverySizeByteForByte(int chunkSize) {
        for (int length : new int[] {0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize, 3 * chunkSize + 5}) {
            byte[] bytes = Bytes.seeded(length, length);
            for (int bufferSize = 1; bufferSize <= length + 1; bufferSize++) {
                for (OptionalLong declared : declarations(length)) {
                    List<Chunk> chunks = cut(Bytes.body(bytes, bufferSize), chunkSize, declared);

                    assertWhole(chunks, bytes, chunkSize);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "100000,   65536,   8192",
        "100000,   65537,   8192",
        "100000,   99999,   4099",
        "200000,  200000, 200000",
        "200000,  450001, 131072",
        "1048576, 5242883, 65536"
    })
    void growsItsBufferUpToTheChunkSize(int chunkSize, int length, int bufferSize) {
        byte[] bytes = Bytes.seeded(11, length);
        for (OptionalLong declared : declarations(length)) {
            List<Chunk> chunks = cut(Bytes.body(bytes, bufferSize), chunkSize, declared);

            assertWhole(chunks, bytes, chunkSize);
        }
    }

    @Test
    void copiesTheBytesSoThatBuffersMayBeUsedAgain() {
        // Given
        byte[] bytes = Bytes.seeded(5, 40);
        byte[] reused = new byte[10];
        Multi<ByteBuffer> body = Multi.createFrom().range(0, 4).map(i -> {
            System.arraycopy(bytes, i * 10, reused, 0, 10);
            return ByteBuffer.wrap(reused);
        });

        // When
        List<Chunk> chunks = cut(body, 16, OptionalLong.empty());

        // Then
        assertWhole(chunks, bytes, 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 32, 33})
    void makesNoChunkOfEmptyBuffers(int length) {
        // Given
        byte[] bytes = Bytes.seeded(6, length);
        Multi<ByteBuffer> body = Multi.createBy()
                .concatenating()
                .streams(
                        Multi.createFrom().item(ByteBuffer.allocate(0)),
                        Bytes.body(bytes, 16),
                        Multi.createFrom().items(ByteBuffer.allocate(0), ByteBuffer.allocate(0)));

        // When
        List<Chunk> chunks = cut(body, 16, OptionalLong.empty());

        // Then
        assertWhole(chunks, bytes, 16);
    }

    @Test
    void takesDirectAndReadOnlyBuffersFromTheirPosition() {
        // Given
        byte[] bytes = Bytes.seeded(7, 50);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(60).position(10).put(bytes).flip().position(10);
        ByteBuffer readOnly = ByteBuffer.wrap(bytes).asReadOnlyBuffer();

        // When
        List<Chunk> chunks = cut(Multi.createFrom().items(direct, readOnly), 7, OptionalLong.of(100));

        // Then
        byte[] twice = Bytes.joined(List.of(ByteBuffer.wrap(bytes), ByteBuffer.wrap(bytes)));
        assertWhole(chunks, twice, 7);
    }

    private static List<OptionalLong> declarations(int length) {
        return List.of(
                OptionalLong.empty(),
                OptionalLong.of(length),
                OptionalLong.of(0),
                OptionalLong.of(length / 2),
                OptionalLong.of(length * 3L + 100));
    }

    private List<Chunk> cut(Multi<ByteBuffer> body, int chunkSize, OptionalLong declared) {
        Recording<Chunk> recording = Recording.of(
                        new Chunker(body, contentId, chunkSize, declared, new UnboundedSupply()), Long.MAX_VALUE)
                .awaitEnd(BOUND);
        assertThat(recording.failure()).isEmpty();
        assertThat(recording.endings()).isOne();
        return recording.items();
    }

    private void assertWhole(List<Chunk> chunks, byte[] bytes, int chunkSize) {
        ContentLayout layout = new ContentLayout(bytes.length, chunkSize);
        assertThat(chunks)
                .extracting(Chunk::number)
                .isEqualTo(IntStream.range(0, layout.chunkCount()).boxed().toList());
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.contentId()).isEqualTo(contentId);
            assertThat(chunk.length()).isEqualTo(layout.lengthOf(chunk.number()));
            assertThat(chunk.intact()).isTrue();
        });
        assertThat(Bytes.joined(chunks.stream().map(Chunk::data).toList())).isEqualTo(bytes);
    }
}
