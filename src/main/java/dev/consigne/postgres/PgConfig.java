package dev.consigne.postgres;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How PostgreSQL is used; where it is, is {@code quarkus.datasource.reactive.url}. */
@ConfigMapping(prefix = "consigne.postgres")
public interface PgConfig {
    /** How long a statement or transaction may take, waiting for a connection included, before its caller gets 503. */
    @WithDefault("20s")
    Duration timeout();

    /** Callers that may wait for a connection at once; one more gets 503 immediately. */
    @WithDefault("1000")
    int maxWaiting();
}
