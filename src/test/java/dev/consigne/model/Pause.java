package dev.consigne.model;

import java.time.Duration;

/** How long nothing happens: each is a little more than one of the protocol's delays. */
enum Pause {
    CLAIM_OR_LEASE(Duration.ofMinutes(11)),
    LAST_SWEEP(Duration.ofHours(24).plusMinutes(1)),
    RETENTION(Duration.ofDays(8).plusMinutes(1));

    private final Duration length;

    Pause(Duration length) {
        this.length = length;
    }

    Duration length() {
        return length;
    }
}
