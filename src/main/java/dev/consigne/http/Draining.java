package dev.consigne.http;

import dev.consigne.file.Ticker;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Whether the process has been told to end and begins nothing new. Before that it serves for {@code quarkus.shutdown.delay}
 * as ever, but is not ready: whoever sends requests here hears of it late. What has begun goes on until
 * {@code quarkus.shutdown.timeout} is over.
 */
@ApplicationScoped
class Draining {
    private final Ticker ticker;
    private final Duration delay;
    private volatile @Nullable Long told;

    Draining(Ticker ticker, @ConfigProperty(name = "quarkus.shutdown.delay") Optional<Duration> delay) {
        this.ticker = ticker;
        this.delay = delay.orElse(Duration.ZERO);
    }

    void begin(@Observes ShutdownDelayInitiatedEvent event) {
        told = ticker.nanos();
    }

    boolean hasBegun() {
        Long since = told;
        return since != null && ticker.since(since).compareTo(delay) >= 0;
    }
}
