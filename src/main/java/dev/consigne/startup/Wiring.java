package dev.consigne.startup;

import dev.consigne.file.Ids;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.Ticker;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;

/** The things a test puts something else in place of: time, randomness, the probe of the protocol. */
class Wiring {
    @Produces
    @Singleton
    @DefaultBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    @DefaultBean
    Ticker ticker() {
        return Ticker.SYSTEM;
    }

    @Produces
    @Singleton
    @DefaultBean
    Ids ids(Clock clock) {
        return new Ids(clock, new SecureRandom());
    }

    @Produces
    @Singleton
    @DefaultBean
    ProtocolProbe probe() {
        return ProtocolProbe.NOOP;
    }
}
