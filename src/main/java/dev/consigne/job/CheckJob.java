package dev.consigne.job;

import dev.consigne.file.Ticker;
import dev.consigne.job.CatalogWalk.Effect;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Whether every chunk of every published content is there: missing ones are noticed before somebody asks for them. */
@ApplicationScoped
class CheckJob implements Job {
    private final CatalogWalk walk;
    private final Pace contentsPerSecond;

    CheckJob(CatalogWalk walk, JobConfig config, Ticker ticker) {
        this.walk = walk;
        this.contentsPerSecond = new Pace(ticker, config.checkRate());
    }

    @Override
    public JobName name() {
        return JobName.CHECK;
    }

    @Override
    public boolean removes(JobOrder order) {
        return order.repairs();
    }

    @Override
    public Uni<JobStep> step(JobRun run) {
        return walk.step(
                Checkpoint.parse(run.checkpoint(), "catalog"),
                false,
                run.order().repairs() ? Effect.REPAIR : Effect.MARK,
                contentsPerSecond);
    }
}
