package dev.consigne.http;

import dev.consigne.file.FileMeters.Limit;
import dev.consigne.file.Ticker;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches that one client sends, or takes, fast enough while it is the client that is waited for. Time in which a store is
 * slow is not held against it. Looks every half of the window at the last two halves, so a client that stands still is
 * noticed after one to one and a half windows. One alarm at a time, none while it is stopped.
 *
 * <p>All but {@link #stop} on the event loop only.
 */
final class ClientPace {
    /** The server and we look at the time one after the other. */
    private static final Duration TOLERANCE = Duration.ofMillis(500);

    private final Terms terms;
    private final Consumer<Limit> meter;
    private final Ticker ticker;
    private final Context context;

    private Runnable tooSlow = () -> {};
    private @Nullable Cancellable alarm;
    private boolean waiting;
    private long waitingSince;
    private long lastMoved;
    private Duration waited = Duration.ZERO;
    private long bytes;
    private @Nullable Duration waitedBefore;
    private long bytesBefore;

    /**
     * What is asked of a client.
     *
     * @param bytesPerSecond on average, over the window; 0 asks for nothing
     * @param unseen bytes that may have moved without our seeing it
     * @param idle after which the server closes a connection on which nothing moves
     */
    record Terms(long bytesPerSecond, Duration window, long unseen, Duration idle) {}

    /** @param meter told why, when the client is given up */
    ClientPace(Terms terms, Consumer<Limit> meter, Ticker ticker, Context context) {
        this.terms = terms;
        this.meter = meter;
        this.ticker = ticker;
        this.context = context;
        this.lastMoved = ticker.nanos();
    }

    /** Told once. */
    void onTooSlow(Runnable listener) {
        tooSlow = listener;
    }

    long bytesPerSecond() {
        return terms.bytesPerSecond();
    }

    /** From now on the client is waited for. Starts the watch if it does not run. */
    void waiting() {
        if (!waiting) {
            waiting = true;
            waitingSince = ticker.nanos();
        }
        if (alarm == null) {
            lookIn(half().minus(waited));
        }
    }

    /** From now on it is not. */
    void satisfied() {
        if (waiting) {
            waited = waited.plus(ticker.since(waitingSince));
            waiting = false;
        }
    }

    /** So many bytes came from the client, or went to it. */
    void moved(int count) {
        bytes += count;
        lastMoved = ticker.nanos();
    }

    /** The client is not waited for any more, for this reason. */
    void cutOff(Limit limit) {
        meter.accept(limit);
        satisfied();
    }

    /** The connection is gone, which may be because nothing moved on it. */
    void broken() {
        if (waiting && ticker.since(lastMoved).plus(TOLERANCE).compareTo(terms.idle()) >= 0) {
            cutOff(Limit.IDLE);
        }
    }

    /** Ends the watch; {@link #waiting} begins a new one. From any thread. */
    void stop() {
        OnContext.run(context, () -> {
            satisfied();
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
        });
    }

    private Duration half() {
        return terms.window().dividedBy(2);
    }

    private void lookIn(Duration time) {
        alarm = ticker.after(time).subscribe().with(due -> OnContext.run(context, this::look));
    }

    private void look() {
        if (alarm == null) {
            return; // stopped while the alarm was on its way here
        }
        alarm = null;
        boolean more = waiting;
        satisfied();
        if (waited.compareTo(half()) >= 0) {
            if (waitedBefore != null && isTooSlow(waitedBefore.plus(waited))) {
                cutOff(Limit.RATE);
                tooSlow.run();
                return;
            }
            waitedBefore = waited;
            bytesBefore = bytes;
            waited = Duration.ZERO;
            bytes = 0;
        }
        if (more) {
            waiting();
        }
    }

    private boolean isTooSlow(Duration time) {
        return (terms.unseen() + bytesBefore + bytes) * 1000.0 < terms.bytesPerSecond() * (double) time.toMillis();
    }
}
