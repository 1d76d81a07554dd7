package dev.consigne.startup;

import dev.consigne.file.FileConfig;
import dev.consigne.job.CollectorConfig;
import dev.consigne.job.JobConfig;
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

    /** Whatever is older than an upload can be, and unknown, is nobody's; that must come true some day. */
    private static final Duration LONGEST_UPLOAD = Duration.ofDays(30);

    private static final String LEASE = "consigne.file.lease";
    private static final String HEARTBEAT = "consigne.file.heartbeat";
    private static final String MAX_UPLOAD_TIME = "consigne.file.max-upload-time";
    private static final String QUARANTINE = "consigne.collector.quarantine";
    private static final String LAST_SWEEP_AFTER = "consigne.collector.last-sweep-after";

    private final FileConfig file;
    private final CollectorConfig collector;
    private final JobConfig jobs;
    private final Duration mongoTimeout;
    private final Duration postgresTimeout;
    private final Duration minRateWindow;
    private final Optional<String> access;
    private final Optional<String> postgres;

    SettingsCheck(
            FileConfig file,
            CollectorConfig collector,
            JobConfig jobs,
            @ConfigProperty(name = "consigne.mongo.timeout", defaultValue = "30s") Duration mongoTimeout,
            @ConfigProperty(name = "consigne.postgres.timeout", defaultValue = "20s") Duration postgresTimeout,
            @ConfigProperty(name = "consigne.http.min-rate-window", defaultValue = "30s") Duration minRateWindow,
            @ConfigProperty(name = "consigne.access") Optional<String> access,
            @ConfigProperty(name = "consigne.postgres.address") Optional<String> postgres) {
        this.file = file;
        this.collector = collector;
        this.jobs = jobs;
        this.mongoTimeout = mongoTimeout;
        this.postgresTimeout = postgresTimeout;
        this.minRateWindow = minRateWindow;
        this.access = access;
        this.postgres = postgres;
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
        if (production && postgres.isEmpty()) {
            problems.add("consigne.postgres.address is missing: say host:port/database (CONSIGNE_POSTGRES_ADDRESS)");
        }
        sizes(problems);
        uploads(problems, production);
        garbage(problems, production);
        orphans(problems);
        return problems;
    }

    private void sizes(List<String> problems) {
        long chunk = file.chunkSize().bytes();
        if (chunk < 1024 || chunk > MAX_CHUNK_BYTES) {
            problems.add("consigne.file.chunk-size is " + chunk + " bytes and must be 1K to 8M");
        }
        atLeast(problems, "consigne.file.in-flight", file.inFlight().bytes(), 1);
        atLeast(problems, "consigne.file.read-window", file.readWindow().bytes(), 1);
        if (file.maxSize().bytes() / Math.max(1, chunk) >= 100_000_000) {
            problems.add("consigne.file.max-size is more than 99,999,999 chunks of consigne.file.chunk-size");
        }
        atLeast(problems, "consigne.collector.batch", collector.batch(), 1);
        atLeast(problems, "consigne.http.min-rate-window", minRateWindow, Duration.ofSeconds(1));
    }

    /** A lease outlives the fail-over of either store, and a try or two to renew it. */
    private void uploads(List<String> problems, boolean production) {
        atLeast(problems, LEASE, file.lease(), Duration.ofMinutes(production ? 10 : 1));
        atLeast(problems, HEARTBEAT, file.heartbeat(), Duration.ofSeconds(1));
        if (file.heartbeat().compareTo(file.lease().dividedBy(4)) > 0) {
            problems.add(HEARTBEAT + " is " + file.heartbeat() + " and must be at most a quarter of " + LEASE
                    + ", which is " + file.lease());
        }
        atLeast(problems, MAX_UPLOAD_TIME, file.maxUploadTime(), LEASE, file.lease());
        if (file.maxUploadTime().compareTo(LONGEST_UPLOAD) > 0) {
            problems.add(MAX_UPLOAD_TIME + " is " + file.maxUploadTime() + " and must be at most " + LONGEST_UPLOAD);
        }
        atLeast(problems, "consigne.file.max-download-time", file.maxDownloadTime(), Duration.ofSeconds(1));
        atLeast(problems, "consigne.file.idempotency-retention", file.idempotencyRetention(), LEASE, file.lease());
    }

    /** Nothing is removed that somebody may still write, read or go back to. */
    private void garbage(List<String> problems, boolean production) {
        Duration mongo = mongoTimeout.multipliedBy(2);
        atLeast(
                problems,
                QUARANTINE,
                collector.quarantine(),
                "twice consigne.mongo.timeout (" + mongoTimeout + ") and consigne.postgres.timeout (" + postgresTimeout
                        + ")",
                mongo.plus(postgresTimeout));
        atLeast(problems, QUARANTINE, collector.quarantine(), Duration.ofMinutes(production ? 5 : 0));
        atLeast(
                problems,
                "consigne.file.retention",
                file.retention(),
                "consigne.file.max-download-time (" + file.maxDownloadTime() + ") and consigne.file.pitr-window ("
                        + file.pitrWindow() + ")",
                file.maxDownloadTime().plus(file.pitrWindow()));
        atLeast(problems, "consigne.file.pitr-window", file.pitrWindow(), Duration.ZERO);
        atLeast(problems, "consigne.collector.suspect-retention", collector.suspectRetention(), LEASE, file.lease());
        atLeast(problems, LAST_SWEEP_AFTER, collector.lastSweepAfter(), QUARANTINE, collector.quarantine());
        atLeast(problems, LAST_SWEEP_AFTER, collector.lastSweepAfter(), Duration.ofHours(production ? 24 : 0));
    }

    /** What has a row loses it to nobody before an upload of it must have ended. */
    private void orphans(List<String> problems) {
        atLeast(
                problems,
                "consigne.job.orphans-grace",
                jobs.orphansGrace(),
                MAX_UPLOAD_TIME + " (" + file.maxUploadTime() + ") and " + QUARANTINE + " (" + collector.quarantine()
                        + ")",
                file.maxUploadTime().plus(collector.quarantine()));
        atLeast(problems, "consigne.job.lease", jobs.lease(), Duration.ofSeconds(10));
    }

    private static void atLeast(List<String> problems, String setting, Duration value, Duration floor) {
        if (value.compareTo(floor) < 0) {
            problems.add(setting + " is " + value + " and must be at least " + floor);
        }
    }

    /** @param what the other settings that ask for the floor */
    private static void atLeast(List<String> problems, String setting, Duration value, String what, Duration floor) {
        if (value.compareTo(floor) < 0) {
            problems.add(setting + " is " + value + " and must be at least " + floor + ": " + what);
        }
    }

    private static void atLeast(List<String> problems, String setting, long value, long floor) {
        if (value < floor) {
            problems.add(setting + " is " + value + " and must be at least " + floor);
        }
    }
}
