package dev.consigne.job;

import dev.consigne.file.ChunkStore;
import dev.consigne.file.Ids;
import dev.consigne.file.Ticker;
import dev.consigne.testing.Settings;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The adoption of what lost its row, without the runner that keeps its place. */
public final class WiredAdoption {
    private static final Duration BOUND = Duration.ofSeconds(30); // a step

    private final AdoptJob job;

    public WiredAdoption(CheckCatalog catalog, AdoptionCatalog adoption, ChunkStore chunks, ChunkInventory inventory) {
        this.job = new AdoptJob(
                new ChunkWalk(inventory, catalog),
                new ContentCheck(chunks, inventory),
                inventory,
                adoption,
                Settings.read(CollectorConfig.class, Map.of()),
                Settings.read(JobConfig.class, Map.of("consigne.job.scrub-rate", "0")),
                new Ids(Clock.systemUTC(), new SecureRandom()),
                Ticker.SYSTEM);
    }

    /** Adopts all it may; how many those are. */
    public long run() {
        JobRun run = new JobRun(JobName.ADOPT, 1, 1, JobOrder.REPAIR, "", 0);
        long adopted = 0;
        JobStep step;
        do {
            step = job.step(run).await().atMost(BOUND);
            adopted += step.changed();
            run = run.after(step);
        } while (step.more());
        return adopted;
    }
}
