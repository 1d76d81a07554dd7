package dev.consigne.job;

import dev.consigne.bulk.BulkService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Carries out the bulk tasks that users have given, one after another. Each task has its own checkpoint. */
@ApplicationScoped
class BulkJob implements Job {
    private final BulkService bulk;

    BulkJob(BulkService bulk) {
        this.bulk = bulk;
    }

    @Override
    public JobName name() {
        return JobName.BULK;
    }

    /** It deletes files as their users do, which removes nothing yet. */
    @Override
    public boolean removes(JobOrder order) {
        return false;
    }

    @Override
    public Uni<JobStep> step(JobRun run) {
        return bulk.step()
                .map(files -> files.map(count -> new JobStep("tasks", true, count, count, 0, List.of()))
                        .orElseGet(() -> JobStep.end("tasks")));
    }
}
