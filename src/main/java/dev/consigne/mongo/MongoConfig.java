package dev.consigne.mongo;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How MongoDB is used; where it is, is {@code quarkus.mongodb.connection-string}. */
@ConfigMapping(prefix = "consigne.mongo")
public interface MongoConfig {
    /** The database of the collections {@code chunks}, {@code manifests} and {@code meta}. */
    @WithDefault("consigne")
    String database();

    /** How long one operation may take with all its retries: longer than a fail-over (12 s as a rule). */
    @WithDefault("30s")
    Duration timeout();
}
