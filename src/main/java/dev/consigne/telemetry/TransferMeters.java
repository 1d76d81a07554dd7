package dev.consigne.telemetry;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileMeters;
import dev.consigne.file.HashingSpeed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Transfers, commits, leases and integrity. */
@Singleton
@Startup // a counter that appears with its first event is one that no alert saw grow
class TransferMeters implements FileMeters {
    private static final Duration[] FIRST_BYTE_BOUNDS = {
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final MeterRegistry registry;
    private final AtomicInteger uploads;
    private final AtomicInteger downloads;
    private final Counter uploadBytes;
    private final Counter downloadBytes;
    private final Counter integrityFailures;
    private final Counter localCommits;
    private final Counter replays;
    private final Counter quotaRejections;
    private final Timer chunkWrites;
    private final Timer chunkReads;
    private final Timer firstBytes;

    TransferMeters(MeterRegistry registry) {
        this.registry = registry;
        this.uploads = registry.gauge("consigne.uploads.active", new AtomicInteger());
        this.downloads = registry.gauge("consigne.downloads.active", new AtomicInteger());
        this.uploadBytes = Counter.builder("consigne.upload").baseUnit("bytes").register(registry);
        this.downloadBytes =
                Counter.builder("consigne.download").baseUnit("bytes").register(registry);
        this.integrityFailures = registry.counter("consigne.integrity.failures", "where", "read");
        this.localCommits = registry.counter("consigne.commit.local.only");
        this.replays = registry.counter("consigne.idempotency.replays");
        this.quotaRejections = registry.counter("consigne.quota.rejections");
        this.chunkWrites = registry.timer("consigne.chunk.write.duration");
        this.chunkReads = registry.timer("consigne.chunk.read.duration");
        this.firstBytes = Timer.builder("consigne.download.first.byte")
                .serviceLevelObjectives(FIRST_BYTE_BOUNDS)
                .register(registry);
        Stream.of(Commit.values()).forEach(this::commits);
        Stream.of(true, false).forEach(this::renewals);
        Stream.of(ErrorCode.OVERLOADED, ErrorCode.TOO_MANY_TRANSFERS).forEach(this::refusals);
    }

    @Override
    public void uploadBegan() {
        uploads.incrementAndGet();
    }

    @Override
    public void uploadEnded(Result result, Duration took, long bytes) {
        uploads.decrementAndGet();
        uploadBytes.increment((double) bytes);
        registry.timer("consigne.upload.duration", "result", label(result)).record(took);
    }

    @Override
    public void downloadBegan() {
        downloads.incrementAndGet();
    }

    @Override
    public void downloadEnded(Result result, Duration took, long bytes) {
        downloads.decrementAndGet();
        downloadBytes.increment((double) bytes);
        registry.timer("consigne.download.duration", "result", label(result)).record(took);
    }

    @Override
    public void committed(Commit result, Duration took) {
        commits(result).record(took);
    }

    private Timer commits(Commit result) {
        return registry.timer("consigne.commit.duration", "result", label(result));
    }

    @Override
    public void committedLocally() {
        localCommits.increment();
    }

    @Override
    public void chunkWritten(Duration took) {
        chunkWrites.record(took);
    }

    @Override
    public void chunksRead(Duration took) {
        chunkReads.record(took);
    }

    @Override
    public void downloadAnswered(Duration after) {
        firstBytes.record(after);
    }

    @Override
    public void leaseRenewed(boolean kept) {
        renewals(kept).increment();
    }

    private Counter renewals(boolean kept) {
        return registry.counter("consigne.lease.renewals", "result", kept ? "ok" : "lost");
    }

    @Override
    public void replayed() {
        replays.increment();
    }

    @Override
    public void quotaExceeded() {
        quotaRejections.increment();
    }

    @Override
    public void refused(ErrorCode reason) {
        refusals(reason).increment();
    }

    private Counter refusals(ErrorCode reason) {
        return registry.counter("consigne.transfers.refused", "reason", reason.code());
    }

    @Override
    public void cutOff(Direction direction, Limit limit) {
        registry.counter("consigne.clients.cut.off", "direction", label(direction), "limit", label(limit))
                .increment();
    }

    @Override
    public void integrityFailure() {
        integrityFailures.increment();
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void hashing(HashingSpeed speed) {
        hashing("sha-256", speed.sha256());
        hashing("crc32c", speed.crc32c());
    }

    private void hashing(String algorithm, double bytesPerSecond) {
        Gauge.builder("consigne.hashing.speed", () -> bytesPerSecond)
                .baseUnit("bytes.per.second")
                .tag("algorithm", algorithm)
                .strongReference(true)
                .register(registry);
    }
}
