package dev.consigne.file;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Waits of which most are cancelled. Mutiny's own scheduler keeps a cancelled task, and whatever it holds, until it would
 * have been due; with a limit of a day for each transfer that would be all transfers of a day.
 */
final class Alarm {
    private static final long IDLE_SECONDS = 10;

    /** Has a thread only while somebody waits, so that a class loader that was replaced in dev mode is not kept by it. */
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private Alarm() {}

    static Uni<Void> in(Duration delay) {
        return Uni.createFrom().emitter(emitter -> {
            Future<?> alarm = CLOCK.schedule(() -> emitter.complete(null), delay.toNanos(), TimeUnit.NANOSECONDS);
            emitter.onTermination(() -> alarm.cancel(false));
        });
    }

    /** How many wait now. */
    static int waiting() {
        return CLOCK.getQueue().size();
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "consigne-alarm");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        return clock;
    }
}
