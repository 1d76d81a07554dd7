package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.Ticker;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches that one client sends fast enough while its bytes are waited for. Time in which the service does not ask,
 * because a store is slow, is not held against it. Looks every half of the window at the last two halves, so a client
 * that stands still is noticed after one to one and a half windows. One alarm at a time, none while it is stopped.
 *
 * <p>All but {@link #stop} on the event loop only.
 */
final class ClientPace {
    private final long bytesPerSecond;
    private final Duration half;
    private final Ticker ticker;
    private final Context context;

    private Consumer<? super ServiceException> tooSlow = failure -> {};
    private @Nullable Cancellable alarm;
    private boolean waiting;
    private long waitingSince;
    private Duration waited = Duration.ZERO;
    private long bytes;
    private @Nullable Duration waitedBefore;
    private long bytesBefore;

    /** @param window what the rate is the average of */
    ClientPace(long bytesPerSecond, Duration window, Ticker ticker, Context context) {
        this.bytesPerSecond = bytesPerSecond;
        this.half = window.dividedBy(2);
        this.ticker = ticker;
        this.context = context;
    }

    /** Told once, with {@link ErrorCode#UPLOAD_TOO_SLOW}. */
    void onTooSlow(Consumer<? super ServiceException> listener) {
        tooSlow = listener;
    }

    /** From now on the service waits for bytes. Starts the watch if it does not run. */
    void waiting() {
        if (!waiting) {
            waiting = true;
            waitingSince = ticker.nanos();
        }
        if (alarm == null) {
            lookIn(half.minus(waited));
        }
    }

    /** From now on nobody waits for bytes. */
    void satisfied() {
        if (waiting) {
            waited = waited.plus(ticker.since(waitingSince));
            waiting = false;
        }
    }

    void arrived(int count) {
        bytes += count;
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
        if (waited.compareTo(half) >= 0) {
            if (waitedBefore != null && isTooSlow(waitedBefore.plus(waited))) {
                tooSlow.accept(new ServiceException(
                        ErrorCode.UPLOAD_TOO_SLOW,
                        "The body came at less than " + bytesPerSecond + " bytes/s. Upload it again."));
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
        return (bytesBefore + bytes) * 1000.0 < bytesPerSecond * (double) time.toMillis();
    }
}
