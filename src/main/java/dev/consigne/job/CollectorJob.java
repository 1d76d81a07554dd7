package dev.consigne.job;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The collector as a job. Its checkpoint counts the steps: a run has an end, and what is left waits for the next. */
@ApplicationScoped
class CollectorJob implements Job {
    private static final int MAX_STEPS = 100;

    private final Collector collector;

    CollectorJob(Collector collector) {
        this.collector = collector;
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
        return collector.step().map(did -> {
            String checkpoint = Integer.toString(number);
            return did && number < MAX_STEPS ? JobStep.to(checkpoint) : JobStep.end(checkpoint);
        });
    }
}
