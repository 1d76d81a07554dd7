package dev.consigne.startup;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.job.StoresOpen;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Closed until both stores answered and were found to be the pair they were made as. A store that is not there yet is
 * waited for; a wrong pair ends the process, since a collector on the wrong pair would remove everything.
 */
@ApplicationScoped
public class StoreGate implements StoresOpen, CursorSecret {
    private static final Logger LOG = Logger.getLogger(StoreGate.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(3);

    private final StoreIdentity.OfCatalog catalog;
    private final StoreIdentity.OfChunks chunks;
    private final DemoBucket demoBucket;
    private final Runnable exit;
    private final CompletableFuture<Void> outcome = new CompletableFuture<>();
    private volatile boolean open;
    private volatile byte[] cursorSecret = {};
    private volatile String waitingFor = "waiting for the stores' first answer";

    @Inject
    public StoreGate(StoreIdentity.OfCatalog catalog, StoreIdentity.OfChunks chunks, DemoBucket demoBucket) {
        this(catalog, chunks, demoBucket, () -> Quarkus.asyncExit(ExitCode.NO_STORES.number()));
    }

    /** @param exit ends the process after a refusal, without waiting for it */
    StoreGate(StoreIdentity.OfCatalog catalog, StoreIdentity.OfChunks chunks, DemoBucket demoBucket, Runnable exit) {
        this.catalog = catalog;
        this.chunks = chunks;
        this.demoBucket = demoBucket;
        this.exit = exit;
    }

    /** Waits a moment for the answer, so that with stores at hand the first request is served and not refused. */
    void start(@Observes StartupEvent event) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        check().invoke(done -> opened())
                .onFailure()
                .invoke(this::refused)
                .onTermination()
                .invoke(answered::countDown)
                .subscribe()
                .with(done -> {}, failure -> {});
        if (!answered.await(FIRST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.infof("started, and still %s", waitingFor);
        }
    }

    @Override
    public boolean getAsBoolean() {
        return open;
    }

    @Override
    public byte[] bytes() {
        return cursorSecret.clone();
    }

    /** What it waits for, for the startup probe. */
    public String waitingFor() {
        return waitingFor;
    }

    /** Done when it is open; fails if the stores are the wrong pair. */
    CompletionStage<Void> opening() {
        return outcome.minimalCompletionStage();
    }

    private Uni<Void> check() {
        return Uni.createFrom()
                .deferred(catalog::read)
                .call(this::pair)
                .invoke(identity -> cursorSecret = identity.cursorSecret())
                .chain(demoBucket::create)
                .onFailure(failure -> !(failure instanceof WrongPairException))
                .invoke(this::waiting)
                .onFailure(failure -> !(failure instanceof WrongPairException))
                .retry()
                .withBackOff(RETRY, RETRY)
                .indefinitely();
    }

    private Uni<Void> pair(StoreIdentity.Catalog identity) {
        UUID expected = identity.storeId();
        return chunks.read().chain(found -> {
            if (found.isPresent()) {
                return found.get().equals(expected)
                        ? Uni.createFrom().voidItem()
                        : Uni.createFrom()
                                .failure(new WrongPairException(
                                        "PostgreSQL belongs to pair " + expected + ", MongoDB to pair " + found.get()));
            }
            return identity.hasContents()
                    ? Uni.createFrom()
                            .failure(new WrongPairException(
                                    "PostgreSQL lists contents of pair " + expected + ", MongoDB was never paired"))
                    : chunks.write(expected).chain(() -> pair(identity));
        });
    }

    private void opened() {
        open = true;
        outcome.complete(null);
        LOG.info("both stores answer and belong together: serving");
    }

    private void waiting(Throwable failure) {
        boolean known = failure instanceof ServiceException service && service.code() == ErrorCode.STORE_UNAVAILABLE;
        Throwable shown = known && failure.getCause() != null ? failure.getCause() : failure;
        waitingFor = failure.getMessage() + " (" + shown.getClass().getSimpleName() + ")";
        LOG.warnf("waiting for the stores: %s: %s", waitingFor, shown.getMessage());
    }

    private void refused(Throwable failure) {
        LOG.errorf(
                failure,
                "refusing to serve: %s. Check consigne.postgres.address and quarkus.mongodb.connection-string;"
                        + " nothing was changed",
                failure.getMessage());
        outcome.completeExceptionally(failure);
        exit.run();
    }

    private static final class WrongPairException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongPairException(String message) {
            super(message);
        }
    }
}
