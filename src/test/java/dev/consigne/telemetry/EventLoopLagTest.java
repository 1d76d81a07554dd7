package dev.consigne.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A loop that somebody blocks is seen, and only as long as somebody looks. */
class EventLoopLagTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final double BLOCKED_SECONDS = 3;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EventLoopLag lag = new EventLoopLag(vertx, registry);
    private final Timer timer = registry.get("consigne.event.loop.lag").timer();

    @AfterEach
    void close() throws Exception {
        lag.stop();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void seesALoopThatIsBlocked() throws InterruptedException {
        await().atMost(SOON).until(() -> timer.count() >= 2);
        CountDownLatch end = new CountDownLatch(1);
        long start = System.nanoTime();
        vertx.runOnContext(nothing -> waitFor(end));

        await().atMost(SOON).until(() -> System.nanoTime() - start > BLOCKED_SECONDS * 1e9);
        end.countDown();

        await().atMost(SOON).until(() -> timer.max(TimeUnit.SECONDS) > BLOCKED_SECONDS - 1.1);
    }

    private static void waitFor(CountDownLatch end) {
        try {
            assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
