package dev.consigne.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How late each event loop comes to what is due. All requests of a loop wait that long: somebody blocks it, or there is
 * more to do than the processors can.
 */
@Singleton
@Startup
class EventLoopLag {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<Future<?>> watches = new ArrayList<>();

    @SuppressWarnings("deprecation") // there is no other public way to all loops
    EventLoopLag(Vertx vertx, MeterRegistry registry) {
        Timer lag = registry.timer("consigne.event.loop.lag");
        for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
            watches.add(loop.scheduleWithFixedDelay(
                    new Watch(lag, System.nanoTime()), EVERY_NANOS, EVERY_NANOS, TimeUnit.NANOSECONDS));
        }
    }

    @PreDestroy
    void stop() {
        watches.forEach(watch -> watch.cancel(false));
    }

    /** Runs on its loop alone. */
    private static final class Watch implements Runnable {
        private final Timer lag;
        private long last;

        Watch(Timer lag, long now) {
            this.lag = lag;
            this.last = now;
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            lag.record(Math.max(0, now - last - EVERY_NANOS), TimeUnit.NANOSECONDS);
            last = now;
        }
    }
}
