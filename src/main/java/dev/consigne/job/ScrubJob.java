package dev.consigne.job;

import dev.consigne.file.Ticker;
import dev.consigne.job.CatalogWalk.Effect;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Reads every byte of every published content: what rots is noticed while backups still have it whole. */
@ApplicationScoped
class ScrubJob implements Job {
    private final CatalogWalk walk;
    private final Pace bytesPerSecond;

    ScrubJob(CatalogWalk walk, JobConfig config, Ticker ticker) {
        this.walk = walk;
        this.bytesPerSecond = new Pace(ticker, config.scrubRate().bytes());
    }

    @Override
    public JobName name() {
        return JobName.SCRUB;
    }

    @Override
    public boolean removes(JobOrder order) {
        return order.repairs();
    }

    @Override
    public Uni<JobStep> step(JobRun run) {
        return walk.step(
                Checkpoint.parse(run.checkpoint(), "catalog"),
                true,
                run.order().repairs() ? Effect.REPAIR : Effect.MARK,
                bytesPerSecond);
    }
}
