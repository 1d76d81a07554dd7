package dev.consigne.file;

import java.time.Duration;

/** A clock for distances alone: never goes back, says nothing of the date. Paces and measures; decides no lease. */
@FunctionalInterface
public interface Ticker {
    Ticker SYSTEM = System::nanoTime;

    long nanos();

    default Duration since(long startNanos) {
        return Duration.ofNanos(nanos() - startNanos);
    }
}
