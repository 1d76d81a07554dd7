package dev.consigne.startup;

import dev.consigne.file.FileConfig;
import dev.consigne.job.CollectorConfig;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Settings that would lose data or open the service by accident stop it at start, with the names of the settings. */
@ApplicationScoped
class SettingsCheck {
    private static final long MAX_CHUNK_BYTES = 8L << 20; // a document may have 16 MiB, and transfers hold several

    private final FileConfig file;
    private final CollectorConfig collector;
    private final Duration mongoTimeout;
    private final Duration postgresTimeout;
    private final Optional<String> access;

    SettingsCheck(
            FileConfig file,
            CollectorConfig collector,
            @ConfigProperty(name = "consigne.mongo.timeout", defaultValue = "30s") Duration mongoTimeout,
            @ConfigProperty(name = "consigne.postgres.timeout", defaultValue = "20s") Duration postgresTimeout,
            @ConfigProperty(name = "consigne.access") Optional<String> access) {
        this.file = file;
        this.collector = collector;
        this.mongoTimeout = mongoTimeout;
        this.postgresTimeout = postgresTimeout;
        this.access = access;
    }

    void start(@Observes @Priority(1) StartupEvent event) {
        List<String> problems = problems(LaunchMode.current() == LaunchMode.NORMAL);
        if (!problems.isEmpty()) {
            throw new IllegalStateException("refusing to start: " + String.join("; ", problems));
        }
    }

    List<String> problems(boolean production) {
        List<String> problems = new ArrayList<>();
        if (production && !access.equals(Optional.of("open"))) {
            problems.add("this version has no authentication: whoever reaches its port may read and change every file."
                    + " Say consigne.access=open (CONSIGNE_ACCESS=open) if the network keeps others out");
        }
        long chunk = file.chunkSize().bytes();
        if (chunk < 1024 || chunk > MAX_CHUNK_BYTES) {
            problems.add("consigne.file.chunk-size is " + chunk + " bytes and must be 1K to 8M");
        }
        atLeast(problems, "consigne.file.chunks-in-flight", file.chunksInFlight(), 1);
        atLeast(problems, "consigne.file.read-window", file.readWindow(), 1);
        if (file.maxSize().bytes() / Math.max(1, chunk) >= 100_000_000) {
            problems.add("consigne.file.max-size is more than 99,999,999 chunks of consigne.file.chunk-size");
        }
        atLeast(problems, "consigne.file.lease", file.lease(), Duration.ofMinutes(1));
        atLeast(problems, "consigne.file.retention", file.retention(), Duration.ofMinutes(1));
        // Twice the driver's patience and a statement's: until then a write of a failed upload may still land.
        atLeast(
                problems,
                "consigne.collector.quarantine",
                collector.quarantine(),
                mongoTimeout.multipliedBy(2).plus(postgresTimeout));
        atLeast(problems, "consigne.collector.suspect-retention", collector.suspectRetention(), file.lease());
        atLeast(problems, "consigne.collector.last-sweep-after", collector.lastSweepAfter(), collector.quarantine());
        atLeast(problems, "consigne.collector.batch", collector.batch(), 1);
        return problems;
    }

    private static void atLeast(List<String> problems, String setting, Duration value, Duration floor) {
        if (value.compareTo(floor) < 0) {
            problems.add(setting + " is " + value + " and must be at least " + floor);
        }
    }

    private static void atLeast(List<String> problems, String setting, int value, int floor) {
        if (value < floor) {
            problems.add(setting + " is " + value + " and must be at least " + floor);
        }
    }
}
