package dev.consigne.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When the collector works and how long it leaves things alone. All delays are judged by PostgreSQL's clock. */
@ConfigMapping(prefix = "consigne.collector")
public interface CollectorConfig {
    /** How often it looks for work; {@code off} leaves the work to other replicas. */
    @WithDefault("1m")
    String every();

    /** How long chunks of a failed upload are left alone, so that writes still on their way have landed. */
    @WithDefault("5m")
    Duration quarantine();

    /** How long a complete upload that was never published is kept, in case its commit turns up after a fail-over. */
    @WithDefault("8d")
    Duration suspectRetention();

    /** A claim on a content lapses after this long, and another collector may go on with it. */
    @WithDefault("10m")
    Duration claim();

    /** How long the row of a removed content stays before it is swept once more and dropped. */
    @WithDefault("24h")
    Duration lastSweepAfter();

    /** How long events stay in the outbox. */
    @WithDefault("7d")
    Duration outboxRetention();

    /** Contents claimed together. */
    @WithDefault("20")
    int batch();
}
