package dev.consigne.postgres;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Where PostgreSQL is and how it is used. */
@ConfigMapping(prefix = "consigne.postgres")
public interface PgConfig {
    /** {@code host:port/database}, needed in production; dev and test mode have their own. Both drivers' URLs hold it. */
    Optional<String> address();

    /** How long a statement or transaction may take, waiting for a connection included, before its caller gets 503. */
    @WithDefault("20s")
    Duration timeout();

    /**
     * How long a caller waits for a connection, a free or a new one, before it gets 503: so long does a request wait for a
     * PostgreSQL that cannot be reached. Shorter than {@link #timeout()}.
     */
    @WithDefault("4s")
    Duration connectionTimeout();

    /** Callers that may wait for a connection at once; one more gets 503 immediately. */
    @WithDefault("5000")
    int maxWaiting();
}
