package dev.consigne.file;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** A clock for distances alone: never goes back, says nothing of the date. Paces and measures; decides no lease. */
@FunctionalInterface
public interface Ticker {
    Ticker SYSTEM = System::nanoTime;

    long nanos();

    default Duration since(long startNanos) {
        return Duration.ofNanos(nanos() - startNanos);
    }

    /**
     * Answers when so much time has passed since it was subscribed to, at once if that is none or less. Cancelling it
     * leaves nothing behind. What follows runs on a thread shared by all and must not block.
     */
    default Uni<Void> after(Duration delay) {
        return Alarm.in(delay);
    }
}
