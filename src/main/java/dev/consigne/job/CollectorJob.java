package dev.consigne.job;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The collector as a job. Its checkpoint counts the steps; it goes on until nothing is due, and looks up now and then. */
@ApplicationScoped
class CollectorJob implements Job {
    /** So much may have been removed since it was last asked whether a store was put back in time. */
    private static final int STEPS_PER_PASSAGE = 100;

    private final Collector collector;
    private final RewindGuard guard;

    CollectorJob(Collector collector, RewindGuard guard) {
        this.collector = collector;
        this.guard = guard;
    }

    @Override
    public JobName name() {
        return JobName.COLLECTOR;
    }

    @Override
    public boolean removes(JobOrder order) {
        return true;
    }

    @Override
    public Uni<JobStep> step(JobRun run) {
        int number = run.checkpoint().isEmpty() ? 1 : Integer.parseInt(run.checkpoint()) + 1;
        Uni<Void> passage = number % STEPS_PER_PASSAGE == 0
                ? guard.pass()
                : Uni.createFrom().voidItem();
        return passage.chain(collector::step).map(did -> {
            String checkpoint = Integer.toString(number);
            return did ? JobStep.to(checkpoint) : JobStep.end(checkpoint);
        });
    }
}
