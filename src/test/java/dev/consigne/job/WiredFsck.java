package dev.consigne.job;

import dev.consigne.file.ChunkStore;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.Ticker;
import dev.consigne.testing.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The check of both stores against each other, of every byte, without the runner that keeps its place. */
public final class WiredFsck {
    private static final Duration BOUND = Duration.ofSeconds(30); // a step
    private static final JobOrder DEEP = new JobOrder(JobOrder.Mode.REPORT, true);

    private final Fsck fsck;

    public WiredFsck(CheckCatalog catalog, FileCatalog files, ChunkStore chunks, ChunkInventory inventory) {
        JobConfig unlimited =
                Settings.read(JobConfig.class, Map.of("consigne.job.check-rate", "0", "consigne.job.scrub-rate", "0"));
        this.fsck = new Fsck(
                new CatalogWalk(catalog, files, chunks, new ContentCheck(chunks, inventory)),
                new ChunkWalk(inventory, catalog),
                inventory,
                catalog,
                unlimited,
                Ticker.SYSTEM);
    }

    /** All it finds. */
    public List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        JobRun run = new JobRun(JobName.FSCK, 1, 1, DEEP, "", 0);
        JobStep step;
        do {
            step = fsck.step(run).await().atMost(BOUND);
            findings.addAll(step.findings());
            run = run.after(step);
        } while (step.more());
        return findings;
    }
}
