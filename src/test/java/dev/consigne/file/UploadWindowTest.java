package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.memory.Caller;
import dev.consigne.memory.ChunkBuffers;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many chunks an upload holds, and when their memory is free. */
@Timeout(30)
class UploadWindowTest {
    private static final int CHUNK = 64 * 1024;
    private static final int ROUNDS = 20_000;

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final Reservation reservation = budget.reserve(Caller.UNKNOWN, CHUNK);
    private final ChunkBuffers buffers = new ChunkBuffers(1 << 20);
    private final UploadWindow window = new UploadWindow(reservation, buffers, CHUNK, 3L * CHUNK);

    @Test
    void holdsItsOwnChunkAndWhatIsLent() {
        assertThat(window.take(CHUNK)).isPresent();
        assertThat(budget.lent()).isZero();
        assertThat(window.take(CHUNK)).isPresent();
        assertThat(window.take(CHUNK)).isPresent();

        assertThat(window.take(CHUNK)).as("no more than its limit").isEmpty();
        assertThat(budget.lent()).isEqualTo(2 * CHUNK);
    }

    @Test
    void goesOnWithItsOwnChunkWhenNothingIsLent() {
        // Given
        assertThat(budget.reserve(Caller.UNKNOWN, 1).tryBorrow(4L * CHUNK)).isTrue();
        AtomicInteger told = new AtomicInteger();
        window.whenFree(told::incrementAndGet);
        Chunk chunk = filled(window.take(CHUNK));
        assertThat(window.take(CHUNK)).isEmpty();

        // When
        window.write(chunk, () -> Uni.createFrom().voidItem()).subscribe().withSubscriber(UniAssertSubscriber.create());

        // Then
        assertThat(told).hasValue(1);
        Optional<ByteBuffer> next = window.take(CHUNK);
        assertThat(next).isPresent();
        assertThat(next.get().array()).isSameAs(chunk.data().array());
    }

    @Test
    void keepsTheMemoryOfAWriteNobodyWaitsForUntilItHasEnded() {
        // Given
        CompletableFuture<Void> answer = new CompletableFuture<>();
        Chunk chunk = filled(window.take(CHUNK));
        assertThat(window.take(CHUNK)).isPresent();
        UniAssertSubscriber<Void> waiting = window.write(
                        chunk, () -> Uni.createFrom().completionStage(answer))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        // When
        waiting.cancel();
        window.end();

        // Then
        assertThat(answer).isNotCancelled();
        assertThat(budget.lent()).isZero();
        assertThat(budget.reserved()).isEqualTo(CHUNK);
        assertThat(window.take(CHUNK)).isEmpty();
        answer.complete(null);
        assertThat(budget.reserved()).isZero();
    }

    @Test
    void doesNotUseABufferAgainWhoseWriteFailed() {
        Chunk chunk = filled(window.take(CHUNK));

        window.write(chunk, () -> Uni.createFrom().failure(new IllegalStateException("no answer")))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .assertFailed();

        assertThat(window.take(CHUNK))
                .hasValueSatisfying(next ->
                        assertThat(next.array()).isNotSameAs(chunk.data().array()));
    }

    /** The end comes from the body, and that of a write from the store: from two threads. */
    @Test
    void keepsTheMemoryOfOneWriteWhenAnotherEndsWithTheUpload() throws Exception {
        AtomicInteger begun = new AtomicInteger(-1);
        AtomicInteger ended = new AtomicInteger(-1);
        UploadWindow[] uploads = new UploadWindow[ROUNDS];
        Thread body = new Thread(() -> {
            for (int round = 0; round < ROUNDS; round++) {
                spinUntil(begun, round);
                uploads[round].end();
                ended.set(round);
            }
        });
        body.setDaemon(true);
        body.start();
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            Reservation own = budget.reserve(Caller.UNKNOWN, CHUNK);
            uploads[round] = new UploadWindow(own, buffers, CHUNK, 3L * CHUNK);
            CompletableFuture<Void> ending = new CompletableFuture<>();
            CompletableFuture<Void> running = new CompletableFuture<>();
            write(uploads[round], ending);
            write(uploads[round], running);

            // When
            begun.set(round);
            ending.complete(null);
            spinUntil(ended, round);

            // Then
            assertThat(budget.reserved()).as("round " + round).isEqualTo(2 * CHUNK);
            running.complete(null);
            assertThat(budget.reserved()).isEqualTo(CHUNK);
            assertThat(budget.lent()).isZero();
            uploads[round] = window;
        }
        body.join();
    }

    private static void spinUntil(AtomicInteger counter, int round) {
        while (counter.get() < round) {
            if (Thread.interrupted()) {
                throw new AssertionError("it takes too long");
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void writesNothingThatItHasGivenUp() {
        // Given
        Chunk chunk = filled(window.take(CHUNK));
        AtomicInteger written = new AtomicInteger();
        Uni<Void> write = window.write(
                chunk, () -> Uni.createFrom().item(written::incrementAndGet).replaceWithVoid());

        // When
        window.end();
        write.subscribe().withSubscriber(UniAssertSubscriber.create()).assertFailed();

        // Then
        assertThat(written).hasValue(0);
        assertThat(budget.reserved()).isZero();
    }

    private static void write(UploadWindow upload, CompletableFuture<Void> answer) {
        upload.write(filled(upload.take(CHUNK)), () -> Uni.createFrom().completionStage(answer))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    private static Chunk filled(Optional<ByteBuffer> buffer) {
        return Chunk.of(
                Samples.newContent(), 0, buffer.orElseThrow().position(CHUNK).flip());
    }
}
