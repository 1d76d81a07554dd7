package dev.consigne.model;

import java.time.Duration;
import java.util.Optional;

/**
 * A generation that was replaced, or that its file was deleted with.
 *
 * @param over when the collector gives it up, as the time passed by then; empty: never
 */
record Past(Payload bytes, boolean deleted, Optional<Duration> over) {
    boolean isOver(Duration time) {
        return over.isPresent() && over.get().compareTo(time) < 0;
    }
}
