package dev.consigne.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.file.ByteSize;
import dev.consigne.file.FileConfig;
import dev.consigne.http.HttpConfig;
import dev.consigne.job.CollectorConfig;
import dev.consigne.mongo.MongoConfig;
import dev.consigne.postgres.PgConfig;
import dev.consigne.testing.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every setting: its default, and that it is read under the name it is documented with. */
class SettingsTest {
    @Test
    void filesHaveTheirDefaults() {
        FileConfig config = Settings.read(FileConfig.class, Map.of());

        assertThat(config.maxSize()).isEqualTo(ByteSize.of("1T"));
        assertThat(config.chunkSize()).isEqualTo(ByteSize.of("1M"));
        assertThat(config.inFlight()).isEqualTo(ByteSize.of("4M"));
        assertThat(config.readWindow()).isEqualTo(ByteSize.of("1M"));
        assertThat(config.memoryBudget()).isEmpty();
        assertThat(config.digestOnRead()).isFalse();
        assertThat(config.lease()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.heartbeat()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.maxUploadTime()).isEqualTo(Duration.ofHours(24));
        assertThat(config.maxDownloadTime()).isEqualTo(Duration.ofHours(24));
        assertThat(config.pitrWindow()).isEqualTo(Duration.ofDays(7));
        assertThat(config.retention()).isEqualTo(Duration.ofDays(8));
        assertThat(config.idempotencyRetention()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void everyFileSettingIsRead() {
        Map<String, String> all = Map.ofEntries(
                Map.entry("consigne.file.max-size", "5G"),
                Map.entry("consigne.file.chunk-size", "256K"),
                Map.entry("consigne.file.in-flight", "7M"),
                Map.entry("consigne.file.read-window", "3M"),
                Map.entry("consigne.file.memory-budget", "90M"),
                Map.entry("consigne.file.digest-on-read", "true"),
                Map.entry("consigne.file.lease", "12m"),
                Map.entry("consigne.file.heartbeat", "3m"),
                Map.entry("consigne.file.max-upload-time", "25h"),
                Map.entry("consigne.file.max-download-time", "23h"),
                Map.entry("consigne.file.pitr-window", "6d"),
                Map.entry("consigne.file.retention", "9d"),
                Map.entry("consigne.file.idempotency-retention", "25h"));

        FileConfig config = Settings.read(FileConfig.class, all);

        assertThat(all).containsOnlyKeys(Settings.defaults(FileConfig.class).keySet());
        assertThat(config.maxSize()).isEqualTo(ByteSize.of("5G"));
        assertThat(config.chunkSize()).isEqualTo(ByteSize.of("256K"));
        assertThat(config.inFlight()).isEqualTo(ByteSize.of("7M"));
        assertThat(config.readWindow()).isEqualTo(ByteSize.of("3M"));
        assertThat(config.digestOnRead()).isTrue();
        assertThat(config.memoryBudget()).contains(ByteSize.of("90M"));
        assertThat(config.lease()).isEqualTo(Duration.ofMinutes(12));
        assertThat(config.heartbeat()).isEqualTo(Duration.ofMinutes(3));
        assertThat(config.maxUploadTime()).isEqualTo(Duration.ofHours(25));
        assertThat(config.maxDownloadTime()).isEqualTo(Duration.ofHours(23));
        assertThat(config.pitrWindow()).isEqualTo(Duration.ofDays(6));
        assertThat(config.retention()).isEqualTo(Duration.ofDays(9));
        assertThat(config.idempotencyRetention()).isEqualTo(Duration.ofHours(25));
    }

    @Test
    void whatIsAskedOfClientsHasItsDefaultsAndIsRead() {
        HttpConfig defaults = Settings.read(HttpConfig.class, Map.of());
        Map<String, String> all = Map.of(
                "consigne.http.min-upload-rate", "2K",
                "consigne.http.min-download-rate", "3K",
                "consigne.http.min-rate-window", "31s",
                "consigne.http.send-buffer", "4K");

        HttpConfig config = Settings.read(HttpConfig.class, all);

        assertThat(defaults.minUploadRate()).isEqualTo(ByteSize.of("1K"));
        assertThat(defaults.minDownloadRate()).isEqualTo(ByteSize.of("1K"));
        assertThat(defaults.minRateWindow()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.sendBuffer()).isEqualTo(ByteSize.of("512K"));
        assertThat(all).containsOnlyKeys(Settings.defaults(HttpConfig.class).keySet());
        assertThat(config.minUploadRate()).isEqualTo(ByteSize.of("2K"));
        assertThat(config.minDownloadRate()).isEqualTo(ByteSize.of("3K"));
        assertThat(config.minRateWindow()).isEqualTo(Duration.ofSeconds(31));
        assertThat(config.sendBuffer()).isEqualTo(ByteSize.of("4K"));
    }

    @Test
    void theCollectorHasItsDefaults() {
        CollectorConfig config = Settings.read(CollectorConfig.class, Map.of());

        assertThat(config.every()).isEqualTo("1m");
        assertThat(config.quarantine()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.suspectRetention()).isEqualTo(Duration.ofDays(8));
        assertThat(config.claim()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.lastSweepAfter()).isEqualTo(Duration.ofHours(24));
        assertThat(config.outboxRetention()).isEqualTo(Duration.ofDays(7));
        assertThat(config.batch()).isEqualTo(20);
    }

    @Test
    void everyCollectorSettingIsRead() {
        Map<String, String> all = Map.of(
                "consigne.collector.every", "off",
                "consigne.collector.quarantine", "6m",
                "consigne.collector.suspect-retention", "10d",
                "consigne.collector.claim", "11m",
                "consigne.collector.last-sweep-after", "25h",
                "consigne.collector.outbox-retention", "3d",
                "consigne.collector.batch", "21");

        CollectorConfig config = Settings.read(CollectorConfig.class, all);

        assertThat(all)
                .containsOnlyKeys(Settings.defaults(CollectorConfig.class).keySet());
        assertThat(config.every()).isEqualTo("off");
        assertThat(config.quarantine()).isEqualTo(Duration.ofMinutes(6));
        assertThat(config.suspectRetention()).isEqualTo(Duration.ofDays(10));
        assertThat(config.claim()).isEqualTo(Duration.ofMinutes(11));
        assertThat(config.lastSweepAfter()).isEqualTo(Duration.ofHours(25));
        assertThat(config.outboxRetention()).isEqualTo(Duration.ofDays(3));
        assertThat(config.batch()).isEqualTo(21);
    }

    @Test
    void theStoresHaveTheirDefaults() {
        MongoConfig mongo = Settings.read(MongoConfig.class, Map.of());
        PgConfig postgres = Settings.read(PgConfig.class, Map.of());

        assertThat(mongo.database()).isEqualTo("consigne");
        assertThat(mongo.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(postgres.address()).isEmpty();
        assertThat(postgres.timeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(postgres.maxWaiting()).isEqualTo(5000);
    }

    @Test
    void everyStoreSettingIsRead() {
        Map<String, String> ofMongo = Map.of("consigne.mongo.database", "other", "consigne.mongo.timeout", "31s");
        Map<String, String> ofPostgres = Map.of(
                "consigne.postgres.address", "db:5432/files",
                "consigne.postgres.timeout", "21s",
                "consigne.postgres.connection-timeout", "5s",
                "consigne.postgres.max-waiting", "9");

        MongoConfig mongo = Settings.read(MongoConfig.class, ofMongo);
        PgConfig postgres = Settings.read(PgConfig.class, ofPostgres);

        assertThat(ofMongo)
                .containsOnlyKeys(Settings.defaults(MongoConfig.class).keySet());
        assertThat(ofPostgres)
                .containsOnlyKeys(Settings.defaults(PgConfig.class).keySet());
        assertThat(mongo.database()).isEqualTo("other");
        assertThat(mongo.timeout()).isEqualTo(Duration.ofSeconds(31));
        assertThat(postgres.address()).contains("db:5432/files");
        assertThat(postgres.timeout()).isEqualTo(Duration.ofSeconds(21));
        assertThat(postgres.connectionTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(postgres.maxWaiting()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1MB", "-1", "lots", ""})
    void aSizeThatIsNoneStopsTheStart(String size) {
        assertThatThrownBy(() -> Settings.read(FileConfig.class, Map.of("consigne.file.max-size", size)))
                .hasMessageContaining("consigne.file.max-size");
    }
}
