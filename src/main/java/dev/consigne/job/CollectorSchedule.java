package dev.consigne.job;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** Runs the collector now and then, in this process, while the stores are known to be the right pair. */
@ApplicationScoped
class CollectorSchedule {
    private static final Logger LOG = Logger.getLogger(CollectorSchedule.class);

    /** Steps of one run; what is left waits for the next, so that a run has an end. */
    private static final int MAX_STEPS = 100;

    private final Collector collector;
    private final BooleanSupplier open;

    CollectorSchedule(Collector collector, StoresOpen open) {
        this.collector = collector;
        this.open = open;
    }

    @Scheduled(every = "${consigne.collector.every:1m}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> run() {
        if (!open.getAsBoolean()) {
            return Uni.createFrom().voidItem();
        }
        return Multi.createBy()
                .repeating()
                .uni(collector::step)
                .whilst(didSomething -> didSomething)
                .select()
                .first(MAX_STEPS)
                .onItem()
                .ignoreAsUni()
                .onFailure()
                .invoke(failure -> LOG.warn("the collector's run ended early; the next goes on", failure))
                .onFailure()
                .recoverWithNull();
    }
}
