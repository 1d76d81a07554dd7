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

/** How many chunks an upload holds, and when their memory is free. */
class UploadWindowTest {
    private static final int CHUNK = 64 * 1024;

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final Reservation reservation = budget.reserve(Caller.UNKNOWN, CHUNK);
    private final UploadWindow window = new UploadWindow(reservation, new ChunkBuffers(1 << 20), CHUNK, 3L * CHUNK);

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

    private static Chunk filled(Optional<ByteBuffer> buffer) {
        return Chunk.of(
                Samples.newContent(), 0, buffer.orElseThrow().position(CHUNK).flip());
    }
}
