package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.HandSource;
import dev.consigne.testing.Recording;
import dev.consigne.testing.Samples;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the chunker asks and emits: back-pressure, cancellation, failure, and signals of two threads at once. */
@Timeout(30)
class ChunkerDemandTest {
    private static final int CHUNK = 10;

    private final HandSource<ByteBuffer> source = new HandSource<>();
    private final Chunker chunker =
            new Chunker(source, Samples.newContent(), CHUNK, OptionalLong.empty(), new UnboundedSupply());
    private final ExecutorService producer = Executors.newSingleThreadExecutor();
    private final ExecutorService consumer = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        producer.shutdownNow();
        consumer.shutdownNow();
    }

    @Test
    void asksForNothingBeforeSomebodyWantsAChunk() {
        Recording.of(chunker, 0);

        assertThat(source.requested()).isZero();
    }

    @Test
    void asksForOneBufferAtATime() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 5);
        assertThat(source.requested()).isEqualTo(1);

        // When
        source.emit(buffer(3));
        source.emit(buffer(3));

        // Then
        assertThat(source.requested()).isEqualTo(3);
        assertThat(chunks.items()).isEmpty();
    }

    @Test
    void emitsNoMoreThanWasAskedFor() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 1);

        // When
        source.emit(buffer(5 * CHUNK));

        // Then
        assertThat(chunks.items()).hasSize(1);
        chunks.request(2);
        assertThat(chunks.items()).hasSize(3);
        assertThat(source.requested())
                .as("what is left of the buffer comes first")
                .isEqualTo(1);
    }

    @Test
    void asksForTheNextBufferOnlyWhenTheLastIsUsedUpAndMoreIsWanted() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 1);
        source.emit(buffer(CHUNK));
        assertThat(source.requested()).isEqualTo(1);

        // When
        chunks.request(1);

        // Then
        assertThat(source.requested()).isEqualTo(2);
    }

    /** It has reserved no memory for more than it said. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void takesNoBufferForTheEndAlone(int wholeChunks) {
        // Given
        AtomicInteger taken = new AtomicInteger();
        ChunkSupply supply = new ChunkSupply() {
            @Override
            public Optional<ByteBuffer> take(int capacity) {
                taken.incrementAndGet();
                return Optional.of(ByteBuffer.allocate(capacity));
            }

            @Override
            public void whenFree(Runnable listener) {}
        };
        OptionalLong declared = OptionalLong.of((long) wholeChunks * CHUNK);
        Recording<Chunk> chunks =
                Recording.of(new Chunker(source, Samples.newContent(), CHUNK, declared, supply), Long.MAX_VALUE);

        // When
        for (int number = 0; number < wholeChunks; number++) {
            source.emit(buffer(CHUNK));
        }
        assertThat(source.requested()).as("the end is waited for").isEqualTo(wholeChunks + 1);
        source.complete();

        // Then
        assertThat(chunks.items()).hasSize(wholeChunks);
        assertThat(chunks.completed()).isTrue();
        assertThat(taken).hasValue(wholeChunks);
    }

    @Test
    void completesWithoutFurtherDemandOnceTheLastChunkIsOut() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 1);
        source.emit(buffer(3));

        // When
        source.complete();

        // Then
        assertThat(chunks.items()).hasSize(1);
        assertThat(chunks.completed()).isTrue();
        assertThat(chunks.endings()).isOne();
    }

    @Test
    void keepsTheLastChunkUntilItIsWanted() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 1);
        source.emit(buffer(CHUNK + 1));

        // When
        source.complete();

        // Then
        assertThat(chunks.items()).hasSize(1);
        assertThat(chunks.completed()).isFalse();
        chunks.request(1);
        assertThat(chunks.items()).hasSize(2);
        assertThat(chunks.completed()).isTrue();
    }

    @Test
    void completesWithoutAnyDemandWhenThereIsNothing() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 0);

        // When
        source.complete();

        // Then
        assertThat(chunks.completed()).isTrue();
    }

    @Test
    void emitsNothingAfterItWasCancelled() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 2);
        source.emit(buffer(CHUNK));

        // When
        chunks.cancel();
        source.emit(buffer(5 * CHUNK));
        source.complete();

        // Then
        assertThat(source.cancelled()).isTrue();
        assertThat(chunks.items()).hasSize(1);
        assertThat(chunks.endings()).isZero();
    }

    @Test
    void passesTheSourcesFailureOnAndNoHalfChunk() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 2);
        source.emit(buffer(CHUNK + 4));
        IllegalStateException cause = new IllegalStateException("client gone");

        // When
        source.fail(cause);

        // Then
        assertThat(chunks.items()).hasSize(1);
        assertThat(chunks.failure()).containsSame(cause);
        assertThat(chunks.endings()).isOne();
    }

    @Test
    void refusesADemandThatIsNotPositive() {
        // Given
        Recording<Chunk> chunks = Recording.of(chunker, 0);

        // When
        chunks.request(0);

        // Then
        assertThat(chunks.failure()).containsInstanceOf(IllegalArgumentException.class);
        assertThat(source.cancelled()).isTrue();
    }

    /** Each side on its own thread, buffers and demand of random size: all bytes, in order, one end, no stall. */
    @RepeatedTest(50)
    void survivesSignalsOfBothSidesAtOnce() {
        // Given
        byte[] bytes = Bytes.seeded(3, 20_000);
        Queue<ByteBuffer> buffers = new ArrayDeque<>(
                Bytes.buffers(bytes, ThreadLocalRandom.current().nextInt(1, 37)));
        AtomicLong answered = new AtomicLong();
        source.onRequest(() -> producer.execute(() -> {
            ByteBuffer next = buffers.poll();
            assertThat(answered.incrementAndGet()).isLessThanOrEqualTo(source.requested());
            if (next != null) {
                source.emit(next);
            } else {
                source.complete();
            }
        }));
        Recording<Chunk> chunks = Recording.of(chunker, 0);

        // When
        Queue<Integer> demands = new ConcurrentLinkedQueue<>();
        for (int asked = 0; asked <= bytes.length / CHUNK; asked += demands.peek()) {
            demands.add(ThreadLocalRandom.current().nextInt(1, 4));
        }
        demands.forEach(demand -> consumer.execute(() -> chunks.request(demand)));
        consumer.execute(() -> chunks.request(bytes.length));

        // Then
        chunks.awaitEnd(Duration.ofSeconds(10));
        List<ByteBuffer> data = chunks.items().stream().map(Chunk::data).toList();
        assertThat(chunks.failure()).isEmpty();
        assertThat(chunks.endings()).isOne();
        assertThat(Bytes.joined(data)).isEqualTo(bytes);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.wrap(Bytes.seeded(1, size));
    }
}
