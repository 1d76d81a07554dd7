package dev.consigne.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What a {@link TcpProxy} was told to do to its connections. */
final class WireFaults {
    private static final long NEVER = Long.MAX_VALUE;

    /** A request to be recognised by a text in it, and whether it still reaches the server. */
    record Marker(String text, boolean letThrough) {}

    private final AtomicReference<@Nullable Marker> marker = new AtomicReference<>();
    private final AtomicLong cuts = new AtomicLong();
    private final CutPoint requests = new CutPoint();
    private final CutPoint answers = new CutPoint();
    private volatile CountDownLatch stall = new CountDownLatch(0);
    private volatile Duration delay = Duration.ZERO;
    private volatile long bytesPerSecond = NEVER;

    void mark(Marker next) {
        marker.set(next);
    }

    CutPoint requests() {
        return requests;
    }

    CutPoint answers() {
        return answers;
    }

    void stall() {
        stall = new CountDownLatch(1);
    }

    void resume() {
        stall.countDown();
    }

    void delay(Duration perRequest) {
        delay = perRequest;
    }

    void limit(long rate) {
        bytesPerSecond = rate;
    }

    void calm() {
        marker.set(null);
        requests.after(NEVER);
        answers.after(NEVER);
        delay = Duration.ZERO;
        bytesPerSecond = NEVER;
        resume();
    }

    long cuts() {
        return cuts.get();
    }

    void countCut() {
        cuts.incrementAndGet();
    }

    /** Keeps these bytes as long as they have to wait. */
    void holdRequest(int bytes) throws InterruptedException {
        LockSupport.parkNanos(delay.toNanos());
        hold(bytes);
    }

    /** As {@link #holdRequest}; answers are not delayed a second time. */
    void hold(int bytes) throws InterruptedException {
        stall.await();
        if (bytesPerSecond != NEVER) {
            LockSupport.parkNanos(1_000_000_000L * bytes / bytesPerSecond);
        }
    }

    /** The marker, if these bytes are the request it waits for; it is then used up. */
    @Nullable
    Marker hit(byte[] buffer, int length) {
        Marker armed = marker.get();
        boolean hit = armed != null
                && new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(armed.text())
                && marker.compareAndSet(armed, null);
        return hit ? armed : null;
    }

    /** Lets so many bytes through, breaks the connection that carries the next one, and is then used up. */
    static final class CutPoint {
        private long left = NEVER;

        synchronized void after(long bytes) {
            left = bytes;
        }

        /** How many of so many bytes may still go; fewer than all means that the connection breaks here. */
        synchronized int roomFor(int bytes) {
            if (left == NEVER) {
                return bytes;
            }
            int room = (int) Math.min(bytes, left);
            left = room < bytes ? NEVER : left - room;
            return room;
        }
    }
}
