package dev.consigne.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.file.ContentId;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.Ticker;
import dev.consigne.testing.InMemoryChunkStore;
import dev.consigne.testing.InMemoryChunkStore.Call;
import dev.consigne.testing.Samples;
import dev.consigne.testing.Settings;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One step of the collector: what one content's failure means for the others, and what it never does. */
class CollectorTest {
    private final ContentId first = Samples.newContent();
    private final ContentId second = Samples.newContent();
    private final Rows catalog = new Rows();
    private final InMemoryChunkStore chunks = new InMemoryChunkStore();
    private final Collector collector = new Collector(
            catalog, chunks, Settings.read(CollectorConfig.class, Map.of()), CollectorMeters.NOOP, ProtocolProbe.NOOP);

    @Test
    void doesNothingWhereThereIsNothing() {
        assertThat(step()).isFalse();

        assertThat(catalog.calls).containsExactly("trim");
    }

    @Test
    void goesOnWithTheOthersWhenOneFails() {
        // Given
        catalog.claimed = List.of(new Garbage(first, 2, 1, false), new Garbage(second, 2, 1, false));
        chunks.before(
                Call.DELETE,
                () -> chunks.calls(Call.DELETE) == 1
                        ? Uni.createFrom().failure(new IllegalStateException("away"))
                        : Uni.createFrom().voidItem());

        // When
        boolean did = step();

        // Then
        assertThat(did).isTrue();
        assertThat(catalog.calls).containsExactly("purged " + second, "trim");
        assertThat(chunks.calls(Call.FORGET)).as("only after all its chunks").isEqualTo(1);
    }

    @Test
    void saysThatNothingWasDoneWhenAllFailed() {
        catalog.claimed = List.of(new Garbage(first, 2, 1, false));
        chunks.before(Call.DELETE, () -> Uni.createFrom().failure(new IllegalStateException("away")));

        assertThat(step()).as("or its run would spin").isFalse();
    }

    @Test
    void keepsAnUploadWhoseManifestCannotBeRead() {
        // Given
        catalog.lapsed = List.of(first);
        chunks.before(Call.MANIFEST, () -> Uni.createFrom().failure(new IllegalStateException("away")));

        // When
        boolean did = step();

        // Then
        assertThat(did).isFalse();
        assertThat(catalog.calls).containsExactly("trim");
    }

    @Test
    void removesAllBatchesBeforeTheManifest() {
        List<Integer> batchesBefore = new ArrayList<>();
        chunks.before(Call.FORGET, () -> {
            batchesBefore.add(chunks.calls(Call.DELETE));
            return Uni.createFrom().voidItem();
        });
        catalog.claimed = List.of(new Garbage(first, 2, 129, false));

        step();

        assertThat(batchesBefore).containsExactly(3);
        assertThat(catalog.calls).containsExactly("purged " + first, "trim");
    }

    @Test
    void dropsTheRowAfterItsLastSweepAndNotBefore() {
        catalog.swept = Uni.createFrom().item(List.of(new Garbage(first, 2, 1, true)));

        step();

        assertThat(catalog.calls).containsExactly("drop " + first, "trim");
        assertThat(chunks.calls(Call.DELETE)).isEqualTo(1);
    }

    @Test
    void removesWhatItClaimedWhateverBecomesOfTheLastSweep() {
        catalog.claimed = List.of(new Garbage(first, 2, 1, false));
        catalog.swept = Uni.createFrom().failure(new IllegalStateException("too slow"));

        assertThatThrownBy(this::step).hasMessage("too slow");

        assertThat(catalog.calls).containsExactly("purged " + first);
    }

    @Test
    void goesOnWhenMoreKeysMayBeDueThanItForgot() {
        catalog.keysTrimmed = 999;
        assertThat(step()).isFalse();

        catalog.keysTrimmed = 1000;
        assertThat(step()).isTrue();
    }

    @Test
    void goesOnWithoutAnEndAndPassesTheGuardEveryHundredSteps() {
        // Given
        catalog.keysTrimmed = 1000;
        InMemoryMarks marks = new InMemoryMarks();
        RewindGuard guard = new RewindGuard(
                marks.catalog(InMemoryMarks.Gate.OPEN),
                marks.chunks(InMemoryMarks.Gate.OPEN),
                Ticker.SYSTEM,
                JobMeters.NOOP);
        CollectorJob job = new CollectorJob(collector, guard);
        JobRun run = new JobRun(JobName.COLLECTOR, 1, 1, JobOrder.REPAIR, "", 0);

        // When
        for (int i = 0; i < 250; i++) {
            JobStep step = job.step(run).await().atMost(Duration.ofSeconds(5));
            assertThat(step.more()).isTrue();
            run = run.after(step);
        }

        // Then
        assertThat(marks.state.done()).isEqualTo(2);
    }

    private boolean step() {
        return collector.step().await().atMost(Duration.ofSeconds(5));
    }

    /** Rows that are given once, and what was done to them. */
    private static final class Rows implements GarbageCatalog {
        final List<String> calls = new ArrayList<>();
        List<ContentId> lapsed = List.of();
        List<Garbage> claimed = List.of();
        Uni<List<Garbage>> swept = Uni.createFrom().item(List.of());
        int keysTrimmed;

        @Override
        public Uni<List<ContentId>> lapsed(int limit) {
            return Uni.createFrom().item(lapsed);
        }

        @Override
        public Uni<Boolean> abort(ContentId contentId) {
            return called("abort " + contentId);
        }

        @Override
        public Uni<Boolean> suspect(ContentId contentId, Duration retention) {
            return called("suspect " + contentId);
        }

        @Override
        public Uni<Duration> overdue() {
            return Uni.createFrom().item(Duration.ZERO);
        }

        @Override
        public Uni<List<Garbage>> claim(int limit, Duration quarantine, Duration claim) {
            return Uni.createFrom().item(claimed);
        }

        @Override
        public Uni<List<Garbage>> claimSwept(int limit, Duration lastSweepAfter, Duration claim) {
            return swept;
        }

        @Override
        public Uni<Boolean> purged(Garbage garbage) {
            return called("purged " + garbage.contentId());
        }

        @Override
        public Uni<Boolean> drop(Garbage garbage) {
            return called("drop " + garbage.contentId());
        }

        @Override
        public Uni<Integer> expireVersions(int limit) {
            return Uni.createFrom().item(0);
        }

        @Override
        public Uni<Integer> trimOutbox(Duration age, int limit) {
            calls.add("trim");
            return Uni.createFrom().item(0);
        }

        @Override
        public Uni<Integer> trimKeys(int limit) {
            return Uni.createFrom().item(keysTrimmed);
        }

        private Uni<Boolean> called(String call) {
            return Uni.createFrom().item(() -> {
                calls.add(call);
                return true;
            });
        }
    }
}
