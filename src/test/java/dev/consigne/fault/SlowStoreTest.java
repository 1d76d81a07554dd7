package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileRecord;
import dev.consigne.file.ProtocolStep;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A store that is slow makes its callers wait, and no more of them than can be held. */
@QuarkusTest
class SlowStoreTest extends WithWires {
    private static final int BUFFER = 8 * 1024;
    private static final int WAITING = 20;
    private static final Duration SOON = Duration.ofSeconds(20);

    @Override
    Map<String, String> poolSettings() {
        return Map.of(
                "consigne.postgres.timeout",
                TIMEOUT,
                "consigne.postgres.connection-timeout",
                "2s",
                "consigne.postgres.max-waiting",
                String.valueOf(WAITING));
    }

    /** F22: what is asked of the client is what the upload may hold, however much the client has. */
    @Test
    void asksTheClientForNoMoreThanTheStoreTakes() {
        // Given
        byte[] large = Bytes.seeded(75, 24 * CHUNK);
        AtomicLong sent = new AtomicLong();
        AtomicLong stored = new AtomicLong();
        AtomicLong mostHeld = new AtomicLong();
        Multi<ByteBuffer> body = Bytes.body(large, BUFFER)
                .invoke(buffer ->
                        mostHeld.accumulateAndGet(sent.addAndGet(buffer.remaining()) - stored.get(), Math::max));
        probe.each(ProtocolStep.CHUNK_WRITTEN, contentId -> stored.addAndGet(CHUNK));
        toMongo.delay(Duration.ofMillis(100));

        // When
        await(service.store(Caller.UNKNOWN, Samples.upload(bucket, "new"), body));

        // Then
        assertThat(mostHeld.get())
                .isGreaterThan(CHUNK)
                .isLessThanOrEqualTo(config.inFlight().bytes() + BUFFER);
        assertBytes("new", large);
    }

    /** F27. */
    @Test
    void isSlowAndRightOnANarrowWire() {
        // Given
        byte[] large = Bytes.seeded(76, 8 * CHUNK + 1);
        toMongo.limit(256 * 1024);
        long start = System.nanoTime();

        // When
        FileRecord file =
                await(service.store(Caller.UNKNOWN, Samples.upload(bucket, "new"), Bytes.body(large, BUFFER)));

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(500));
        assertThat(file.content().layout().length()).isEqualTo(large.length);
        assertBytes("new", large);
    }

    /** F4: those who may wait are told after their time, all others at once, and nobody costs a thread. */
    @Test
    void doesNotPileUpCallersOfASlowCatalog() {
        // Given
        await(service.file(live.id()));
        toPostgres.delay(Duration.ofSeconds(4));
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        ManagementFactory.getThreadMXBean().resetPeakThreadCount();
        long start = System.nanoTime();

        // When
        List<CompletableFuture<Duration>> refusals = IntStream.range(0, 200)
                .mapToObj(caller -> refusalOf(service.file(live.id()), start))
                .toList();

        // Then
        List<Duration> waits = refusals.stream()
                .map(refusal -> await(Uni.createFrom().completionStage(refusal)))
                .toList();
        assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofSeconds(6)) < 0);
        assertThat(waits.stream().filter(wait -> wait.compareTo(Duration.ofSeconds(1)) > 0))
                .hasSizeBetween(1, POOL_SIZE + WAITING);
        assertThat(ManagementFactory.getThreadMXBean().getPeakThreadCount()).isLessThan(threads + WAITING);
        toPostgres.calm();
        Awaitility.await()
                .atMost(SOON)
                .ignoreExceptionsInstanceOf(ServiceException.class)
                .until(() -> {
                    await(service.file(live.id()));
                    return true;
                });
    }

    private static CompletableFuture<Duration> refusalOf(Uni<FileRecord> call, long start) {
        CompletableFuture<Duration> refusal = new CompletableFuture<>();
        call.subscribe().with(file -> refusal.completeExceptionally(new AssertionError("answered")), failure -> {
            if (failure instanceof ServiceException known && known.code() == ErrorCode.STORE_UNAVAILABLE) {
                refusal.complete(Duration.ofNanos(System.nanoTime() - start));
            } else {
                refusal.completeExceptionally(failure);
            }
        });
        return refusal;
    }
}
