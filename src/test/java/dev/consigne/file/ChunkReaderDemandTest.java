package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.memory.Caller;
import dev.consigne.memory.Loan;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.InMemoryChunkStore.Call;
import dev.consigne.testing.Recording;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the reader fetches and how much it holds. */
@Timeout(30)
class ChunkReaderDemandTest {
    private static final int CHUNK = 5;
    private static final int CHUNKS = 40;

    private final InMemoryChunkStore store = new InMemoryChunkStore();
    private final byte[] bytes = Bytes.seeded(22, CHUNKS * CHUNK);
    private final StoredContent content = Samples.stored(Samples.newContent(), bytes, CHUNK);
    private final MemoryBudget budget = Samples.budget();
    private final Reservation reservation = budget.reserve(Caller.UNKNOWN, 1);
    private final ExecutorService consumer = Executors.newSingleThreadExecutor();

    ChunkReaderDemandTest() {
        Samples.chunks(content.contentId(), bytes, CHUNK).forEach(store::put);
    }

    @AfterEach
    void end() {
        consumer.shutdownNow();
    }

    @Test
    void fetchesNothingBeforeTheFirstDemand() {
        Recording.of(reader(2), 0);

        assertThat(store.calls(Call.READ)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void holdsThreeWindowsAtMost(int window) {
        // Given
        Recording<ByteBuffer> read = Recording.of(reader(window), 0);

        for (int taken = 1; taken <= CHUNKS; taken++) {
            // When
            read.request(1);

            // Then
            assertThat(read.items()).hasSize(taken);
            int fetched = Math.min(CHUNKS, store.calls(Call.READ) * window);
            assertThat(fetched - taken).isLessThanOrEqualTo(3 * window);
        }
        assertThat(read.completed()).as("no demand is needed to see the end").isTrue();
    }

    @Test
    void asksBeforeEachFetchHowLargeItMayBe() {
        // Given
        AtomicInteger window = new AtomicInteger(4);
        ChunkReader reader =
                new ChunkReader(store, content, new Slice(0, bytes.length), reservation, window::get, () -> CHUNK);
        Recording<ByteBuffer> read = Recording.of(reader, 1);
        assertThat(budget.lent()).isEqualTo(3 * 4 * CHUNK);

        // When
        window.set(1);
        read.request(12);

        // Then
        assertThat(budget.lent()).as("two of one chunk").isEqualTo(2 * CHUNK);
        read.request(CHUNKS);
        assertThat(Bytes.joined(read.items())).isEqualTo(bytes);
    }

    @Test
    void fetchesTheNextTwoWindowsWhileSomebodyWaits() {
        Recording<ByteBuffer> read = Recording.of(reader(2), 1);

        assertThat(read.items()).hasSize(1);
        assertThat(store.calls(Call.READ)).isEqualTo(3);
    }

    @Test
    void fetchesOnlyTheNextWindowWhileNobodyWaits() {
        // Given
        CompletableFuture<Void> answer = new CompletableFuture<>();
        Recording<ByteBuffer> read = Recording.of(reader(1), 1);
        assertThat(store.calls(Call.READ)).isEqualTo(3);
        store.before(Call.READ, () -> Uni.createFrom().completionStage(answer));

        // When
        read.request(2);
        assertThat(store.calls(Call.READ)).as("two on their way").isEqualTo(5);
        answer.complete(null);

        // Then
        assertThat(read.items()).hasSize(3);
        assertThat(store.calls(Call.READ)).isEqualTo(5);
    }

    @Test
    void hasThreeFetchesUnderWayAtTheMost() {
        // Given
        CompletableFuture<Void> answer = new CompletableFuture<>();
        store.before(Call.READ, () -> Uni.createFrom().completionStage(answer));
        Recording<ByteBuffer> read = Recording.of(reader(2), 1);

        // When
        read.request(30);
        assertThat(store.calls(Call.READ)).isEqualTo(3);
        answer.complete(null);

        // Then
        assertThat(read.items()).hasSize(31);
    }

    @Test
    void givesTheMemoryOfEachFetchBackWhenItHasCome() {
        // Given
        CompletableFuture<Void> answer = new CompletableFuture<>();
        store.before(Call.READ, () -> Uni.createFrom().completionStage(answer));
        Recording<ByteBuffer> read = Recording.of(reader(2), 1);

        // When
        read.cancel();
        read.request(10);

        // Then
        assertThat(budget.lent()).isEqualTo(3 * 3 * 2 * CHUNK);
        answer.complete(null);
        assertThat(budget.lent()).isZero();
        assertThat(store.calls(Call.READ)).isEqualTo(3);
        assertThat(read.endings()).isZero();
    }

    @Test
    void givesBackWhatNobodyTakesWhenOthersNeedIt() {
        // Given
        MemoryBudget small = new MemoryBudget(1 << 20);
        long lendable = small.bytes() / 4;
        ChunkReader stalled = new ChunkReader(
                store, content, new Slice(0, bytes.length), small.reserve(Caller.UNKNOWN, 1), () -> 3, () -> CHUNK);
        Recording<ByteBuffer> read = Recording.of(stalled, 2);
        assertThat(small.lent()).isEqualTo(9 * CHUNK);

        // When
        AtomicReference<Loan> loan = new AtomicReference<>();
        small.reserve(Caller.UNKNOWN, 1).borrow(lendable, loan::set);

        // Then
        assertThat(loan).doesNotHaveNullValue();
        assertThat(small.lent()).isEqualTo(lendable);
        read.request(CHUNKS);
        assertThat(read.items()).as("it waits for its turn").hasSize(2);
        loan.get().release();
        assertThat(Bytes.joined(read.items())).isEqualTo(bytes);
        assertThat(read.completed()).isTrue();
        assertThat(small.lent()).isZero();
    }

    @Test
    void givesBackWhatNobodyTakesAlsoWhenTheNextCannotBeHad() {
        // Given
        MemoryBudget small = new MemoryBudget(1 << 20);
        ChunkReader stalled = new ChunkReader(
                store, content, new Slice(0, bytes.length), small.reserve(Caller.UNKNOWN, 1), () -> 3, () -> CHUNK);
        Recording<ByteBuffer> read = Recording.of(stalled, 0);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        store.before(Call.READ, () -> {
            store.before(Call.READ, () -> Uni.createFrom().failure(new IllegalStateException("seeded")));
            return Uni.createFrom().completionStage(answer);
        });
        read.request(2);
        answer.complete(null);
        assertThat(read.items()).hasSize(2);
        assertThat(small.lent()).isEqualTo(3 * CHUNK);

        // When
        AtomicReference<Loan> loan = new AtomicReference<>();
        small.reserve(Caller.UNKNOWN, 1).borrow(small.lendable(), loan::set);

        // Then
        assertThat(loan).doesNotHaveNullValue();
        assertThat(read.failure()).isPresent();
    }

    @Test
    void keepsNothingOfWhatComesAfterAFailure() {
        // Given
        CompletableFuture<Void> answer = new CompletableFuture<>();
        AtomicInteger reads = new AtomicInteger();
        store.before(Call.READ, () -> switch (reads.incrementAndGet()) {
            case 1 -> Uni.createFrom().completionStage(answer);
            case 2 -> Uni.createFrom().failure(new IllegalStateException("seeded"));
            default -> Uni.createFrom().voidItem();
        });
        Recording<ByteBuffer> read = Recording.of(reader(3), 2);

        // When
        answer.complete(null);

        // Then
        assertThat(reads).hasValue(3);
        assertThat(read.items()).hasSize(2);
        assertThat(budget.lent()).as("what was there before it").isEqualTo(3 * CHUNK);
    }

    @Test
    void givesItsPlaceInTheQueueUpWhenItIsCancelledWhileItTakesIt() {
        // Given
        MemoryBudget small = new MemoryBudget(1 << 20);
        AtomicReference<Loan> all = new AtomicReference<>();
        small.reserve(Caller.UNKNOWN, 1).borrow(small.lendable(), all::set);
        ChunkReader reader = new ChunkReader(
                store, content, new Slice(0, bytes.length), small.reserve(Caller.UNKNOWN, 1), () -> 3, () -> CHUNK);
        Recording<ByteBuffer> read = Recording.of(reader, 0);
        all.get().idle(read::cancel);

        // When
        read.request(1);

        // Then
        assertThat(small.waiting()).isZero();
        assertThat(store.calls(Call.READ)).isZero();
    }

    @Test
    void handsOnPiecesOfAChunk() {
        ChunkReader pieces = new ChunkReader(store, content, new Slice(1, 12), reservation, () -> 2, () -> 3);

        Recording<ByteBuffer> read = Recording.of(pieces, 10);

        assertThat(read.items().stream().map(ByteBuffer::remaining).toList()).containsExactly(3, 1, 3, 2, 3);
        assertThat(Bytes.joined(read.items())).isEqualTo(Arrays.copyOfRange(bytes, 1, 13));
        assertThat(budget.lent()).isZero();
    }

    @Test
    void emitsNothingThatArrivesAfterTheCancellation() {
        // Given
        CompletableFuture<Void> answer = new CompletableFuture<>();
        store.before(Call.READ, () -> Uni.createFrom().completionStage(answer));
        Recording<ByteBuffer> read = Recording.of(reader(2), 5);

        // When
        read.cancel();
        answer.complete(null);

        // Then
        assertThat(read.items()).isEmpty();
        assertThat(read.endings()).isZero();
    }

    @Test
    void refusesADemandThatIsNotPositive() {
        Recording<ByteBuffer> read = Recording.of(reader(2), 0);

        read.request(-1);

        assertThat(read.failure()).containsInstanceOf(IllegalArgumentException.class);
        assertThat(store.calls(Call.READ)).isZero();
    }

    @RepeatedTest(50)
    void survivesDemandAndAnswersOfTwoThreadsAtOnce() {
        // Given
        store.before(Call.READ, () -> Uni.createFrom().voidItem().emitOn(Infrastructure.getDefaultExecutor()));
        Recording<ByteBuffer> read = Recording.of(reader(3), 0);

        // When
        for (int i = 0; i < CHUNKS; i++) {
            consumer.execute(() -> read.request(1));
        }

        // Then
        read.awaitEnd(Duration.ofSeconds(10));
        assertThat(Bytes.joined(read.items())).isEqualTo(bytes);
        assertThat(read.endings()).isOne();
    }

    private ChunkReader reader(int window) {
        return new ChunkReader(store, content, new Slice(0, bytes.length), reservation, () -> window, () -> CHUNK);
    }
}
