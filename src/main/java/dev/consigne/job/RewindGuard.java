package dev.consigne.job;

import dev.consigne.file.Ticker;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Stands before everything that removes. Each passage is numbered: the number is begun in PostgreSQL, written into
 * MongoDB, and noted as done in PostgreSQL. So {@code done <= MongoDB's <= begun} at any moment, however many processes
 * do this and wherever they die, unless one store was put back in time: then removal is held until an operator has
 * looked. A clock that jumped holds the one passage in which it is noticed.
 */
@ApplicationScoped
public class RewindGuard {
    private static final Logger LOG = Logger.getLogger(RewindGuard.class);
    private static final Duration LARGEST_JUMP = Duration.ofMinutes(10);

    private final StoreMarks.OfCatalog catalog;
    private final StoreMarks.OfChunks chunks;
    private final Ticker ticker;
    private final JobMeters meters;
    private final AtomicReference<Passage> last = new AtomicReference<>();

    public RewindGuard(StoreMarks.OfCatalog catalog, StoreMarks.OfChunks chunks, Ticker ticker, JobMeters meters) {
        this.catalog = catalog;
        this.chunks = chunks;
        this.ticker = ticker;
        this.meters = meters;
    }

    /** Fails with {@link HeldException} if nothing may be removed now. */
    public Uni<Void> pass() {
        return look().chain(this::mark)
                .onFailure(HeldException.class)
                .invoke(() -> meters.held(true))
                .invoke(() -> meters.held(false));
    }

    /** Why nothing may be removed, if so. */
    public Uni<Optional<String>> held() {
        return catalog.read().map(StoreMarks.Marks::held);
    }

    /**
     * Allows removal again, on an operator's word: from now on the stores count as fitting together. Looks first, since
     * nobody may have passed since a store was put back. Does nothing if nothing is held then: beside a passage that
     * runs, MongoDB's number must not be set back.
     *
     * @return the number both carry now
     */
    public Uni<Long> release() {
        return look().onFailure(HeldException.class)
                .recoverWithNull()
                .chain(catalog::read)
                .chain(marks -> marks.held().isPresent()
                        ? startAgain()
                        : Uni.createFrom().item(marks.begun()));
    }

    private Uni<Long> startAgain() {
        return catalog.begin()
                .call(number -> chunks.writeMark(number, true))
                .call(catalog::done)
                .call(catalog::release)
                .invoke(number -> {
                    meters.held(false);
                    LOG.warnf("removal was released by an operator, mark=%d", number);
                });
    }

    /** The order of the three reads matters: others pass meanwhile, and the numbers only grow. */
    private Uni<Void> look() {
        return catalog.read()
                .chain(before -> chunks.readMark()
                        .chain(inChunks -> catalog.read().chain(after -> judge(before.done(), inChunks, after))));
    }

    private Uni<Void> judge(long done, long inChunks, StoreMarks.Marks now) {
        if (now.held().isPresent()) {
            throw new HeldException(now.held().get());
        }
        if (inChunks < done) {
            return hold("MongoDB was put back in time: its mark is " + inChunks + " and was " + done
                    + ". Run the job fsck, see what is missing, then release");
        }
        if (inChunks > now.begun()) {
            return hold("PostgreSQL was put back in time: its mark is " + now.begun() + " and MongoDB's " + inChunks
                    + ". Run the job fsck, adopt what can be adopted, then release");
        }
        requireSteadyClock(now.now());
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> mark() {
        return catalog.begin().call(number -> chunks.writeMark(number, false)).chain(catalog::done);
    }

    private Uni<Void> hold(String reason) {
        LOG.errorf("nothing is removed from now on: %s", reason);
        return catalog.hold(reason).chain(() -> Uni.createFrom().failure(new HeldException(reason)));
    }

    private void requireSteadyClock(Instant now) {
        long nanos = ticker.nanos();
        Passage before = last.getAndSet(new Passage(now, nanos));
        if (before != null) {
            Duration jump = Duration.between(before.now, now)
                    .minusNanos(nanos - before.nanos)
                    .abs();
            if (jump.compareTo(LARGEST_JUMP) > 0) {
                throw new HeldException("PostgreSQL's clock jumped by " + jump + "; this run is left out");
            }
        }
    }

    private record Passage(Instant now, long nanos) {}
}
