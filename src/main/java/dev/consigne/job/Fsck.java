package dev.consigne.job;

import dev.consigne.file.Ticker;
import dev.consigne.job.CatalogWalk.Effect;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Each store against the other: every published content against MongoDB, then everything MongoDB names against the
 * catalog, then, where it is asked for, the index of the chunks itself. Reports; told to repair, it marks what is damaged
 * and mends what can be mended without a guess. It removes no content.
 */
@ApplicationScoped
class Fsck implements Job {
    private static final String CATALOG = "catalog";
    private static final String CHUNKS = "chunks";
    private static final String SCAN = "scan";

    private final CatalogWalk catalogWalk;
    private final ChunkWalk chunkWalk;
    private final ChunkInventory inventory;
    private final CheckCatalog catalog;
    private final JobConfig config;
    private final Pace contentsPerSecond;
    private final Pace bytesPerSecond;

    Fsck(
            CatalogWalk catalogWalk,
            ChunkWalk chunkWalk,
            ChunkInventory inventory,
            CheckCatalog catalog,
            JobConfig config,
            Ticker ticker) {
        this.catalogWalk = catalogWalk;
        this.chunkWalk = chunkWalk;
        this.inventory = inventory;
        this.catalog = catalog;
        this.config = config;
        this.contentsPerSecond = new Pace(ticker, config.checkRate());
        this.bytesPerSecond = new Pace(ticker, config.scrubRate().bytes());
    }

    @Override
    public JobName name() {
        return JobName.FSCK;
    }

    @Override
    public boolean removes(JobOrder order) {
        return order.repairs();
    }

    @Override
    public Uni<JobStep> step(JobRun run) {
        Checkpoint at = Checkpoint.parse(run.checkpoint(), CATALOG);
        return switch (at.part()) {
            case CATALOG -> walkCatalog(run, at);
            case CHUNKS ->
                chunkWalk.next(at, ChunkWalk.BATCH).map(batch -> batch.step(at)).map(this::thenScan);
            case SCAN -> scan(at);
            default -> throw new IllegalStateException("no such part of fsck: " + at);
        };
    }

    private Uni<JobStep> walkCatalog(JobRun run, Checkpoint at) {
        boolean deep = run.order().deep();
        return catalogWalk
                .step(
                        at,
                        deep,
                        run.order().repairs() ? Effect.REPAIR : Effect.NONE,
                        deep ? bytesPerSecond : contentsPerSecond)
                .map(step -> step.more() ? step : step.goingOnAt(Checkpoint.beginningOf(CHUNKS)));
    }

    private JobStep thenScan(JobStep step) {
        return step.more() || !config.scanChunks() ? step : step.goingOnAt(Checkpoint.beginningOf(SCAN));
    }

    /** Chunks of a content that neither store names. */
    private Uni<JobStep> scan(Checkpoint at) {
        return inventory.nextWithChunks(at.after()).chain(next -> {
            if (next.isEmpty()) {
                return Uni.createFrom().item(JobStep.end(at.toString()));
            }
            var id = next.get();
            String checkpoint = at.behind(List.of(id)).toString();
            return Uni.combine()
                    .all()
                    .unis(inventory.find(id), catalog.states(List.of(id)))
                    .with((announced, states) -> announced.isPresent() || states.containsKey(id)
                            ? JobStep.to(checkpoint)
                            : new JobStep(
                                    checkpoint,
                                    true,
                                    1,
                                    0,
                                    0,
                                    List.of(Finding.of(
                                            FindingKind.ORPHAN,
                                            new Announced(id, OptionalInt.empty(), Optional.empty(), Optional.empty()),
                                            "chunks that neither store names"))));
        });
    }
}
