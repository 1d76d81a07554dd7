package dev.consigne.bench.memory;

import dev.consigne.testing.RawHttp;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks the liveness probe ten times a second and takes its time, over several connections in turn, so that each event loop
 * of a small machine serves one.
 */
final class Pulse implements AutoCloseable {
    private static final int CONNECTIONS = 8;
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final List<RawHttp> connections = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "pulse");
    private List<Long> nanos = new ArrayList<>(); // guarded by this
    private int unanswered; // guarded by this
    private volatile boolean stopped;

    /** What was measured since the last time; milliseconds. */
    record Times(int asked, int unanswered, double p50, double p99, double max) {}

    Pulse(URI probe) {
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(RawHttp.open(probe));
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends one measurement and begins another. */
    synchronized Times times() {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        Times times = new Times(
                sorted.length + unanswered,
                unanswered,
                percentile(sorted, 50),
                percentile(sorted, 99),
                percentile(sorted, 100));
        nanos = new ArrayList<>();
        unanswered = 0;
        return times;
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) * percent / 100] / 1e6;
    }

    private void run() {
        long next = System.nanoTime();
        for (int turn = 0; !stopped; turn++) {
            long start = System.nanoTime();
            boolean answered = isAlive(connections.get(turn % CONNECTIONS));
            take(answered, System.nanoTime() - start);
            next = Math.max(next + EVERY_NANOS, System.nanoTime() - EVERY_NANOS);
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private static boolean isAlive(RawHttp connection) {
        try {
            return connection
                            .send("GET /q/health/live HTTP/1.1\r\nHost: pulse\r\n\r\n")
                            .read()
                            .status()
                    == 200;
        } catch (RuntimeException | AssertionError noAnswer) {
            return false;
        }
    }

    private synchronized void take(boolean answered, long took) {
        if (answered) {
            nanos.add(took);
        } else {
            unanswered++;
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join(TimeUnit.SECONDS.toMillis(30));
        connections.forEach(RawHttp::close);
    }
}
