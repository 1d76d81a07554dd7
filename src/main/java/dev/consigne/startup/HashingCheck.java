package dev.consigne.startup;

import dev.consigne.file.FileMeters;
import dev.consigne.file.HashingSpeed;
import dev.consigne.file.Ticker;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Says in production, beside the start, if this machine or this executable hashes so slowly that uploads wait for it. */
@ApplicationScoped
class HashingCheck {
    private static final Logger LOG = Logger.getLogger(HashingCheck.class);
    private static final double MIB = 1 << 20;

    private final FileMeters meters;
    private final Ticker ticker;

    HashingCheck(FileMeters meters, Ticker ticker) {
        this.meters = meters;
        this.ticker = ticker;
    }

    void start(@Observes StartupEvent event) {
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            Infrastructure.getDefaultWorkerPool().execute(this::measure);
        }
    }

    private void measure() {
        HashingSpeed speed = HashingSpeed.measure(ticker);
        meters.hashing(speed);
        if (!speed.reaches(HashingSpeed.ENOUGH)) {
            LOG.warnf(
                    "one thread hashes %.0f MiB/s with SHA-256 and %.0f with CRC32C, and should reach %.0f and %.0f: uploads"
                            + " will wait for it. The processor has no instructions for it, other work keeps it busy, or"
                            + " the executable was built for an older one",
                    speed.sha256() / MIB,
                    speed.crc32c() / MIB,
                    HashingSpeed.ENOUGH.sha256() / MIB,
                    HashingSpeed.ENOUGH.crc32c() / MIB);
        }
    }
}
