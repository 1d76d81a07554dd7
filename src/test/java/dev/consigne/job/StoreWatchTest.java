package dev.consigne.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.job.InMemoryMarks.Gate;
import dev.consigne.job.StoreMeters.Store;
import dev.consigne.testing.HandTicker;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of the stores when they answer, and when they do not. */
class StoreWatchTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration BOUND = Duration.ofSeconds(5);

    private static final Gate BROKEN = new Gate() {
        @Override
        public <T> Uni<T> at(Supplier<T> step) {
            return Uni.createFrom().failure(new IllegalStateException("away"));
        }
    };

    private static final Gate SILENT = new Gate() {
        @Override
        public <T> Uni<T> at(Supplier<T> step) {
            return Uni.createFrom().nothing();
        }
    };

    private final HandTicker ticker = new HandTicker();
    private final InMemoryMarks marks = new InMemoryMarks();
    private final Said said = new Said();

    @BeforeEach
    void setTheClock() {
        marks.clock = NOW;
    }

    @Test
    void saysThatBothAnswer() {
        look(Gate.OPEN, Gate.OPEN);

        assertThat(said.up).containsEntry(Store.POSTGRESQL, true).containsEntry(Store.MONGODB, true);
    }

    @Test
    void saysWhichOneFails() {
        look(Gate.OPEN, BROKEN);
        assertThat(said.up).containsEntry(Store.POSTGRESQL, true).containsEntry(Store.MONGODB, false);

        look(BROKEN, Gate.OPEN);
        assertThat(said.up).containsEntry(Store.POSTGRESQL, false).containsEntry(Store.MONGODB, true);
    }

    @Test
    void takesSilenceForAbsence() {
        var looking = watch(Gate.OPEN, SILENT).look().subscribeAsCompletionStage();
        assertThat(said.up).doesNotContainKey(Store.MONGODB);

        ticker.pass(Duration.ofSeconds(10));

        assertThat(looking).isCompleted();
        assertThat(said.up).containsEntry(Store.POSTGRESQL, true).containsEntry(Store.MONGODB, false);
    }

    @Test
    void measuresHowFarTheClocksAreApart() {
        marks.clock = NOW.plusSeconds(7);
        look(Gate.OPEN, Gate.OPEN);
        assertThat(said.skew).isEqualTo(Duration.ofSeconds(7));

        marks.clock = NOW.minusSeconds(7);
        look(Gate.OPEN, Gate.OPEN);
        assertThat(said.skew).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void doesNotTakeASlowAnswerForAClockThatIsWrong() {
        marks.clock = NOW.minusSeconds(3);

        look(slow(Duration.ofSeconds(4)), Gate.OPEN);

        assertThat(said.skew).isEqualTo(Duration.ZERO);
    }

    @Test
    void saysHowLateRemovalIs() {
        look(Gate.OPEN, Gate.OPEN);

        assertThat(said.late).isEqualTo(DAY);
    }

    @Test
    void countsFromTheEndOfADoneRunAndFromTheBeginningOfAnother() {
        look(Gate.OPEN, Gate.OPEN);

        assertThat(said.ages)
                .containsOnly(
                        Map.entry(JobName.CHECK, DAY), // done a day ago
                        Map.entry(JobName.SCRUB, DAY.multipliedBy(2)), // began two days ago, and runs
                        Map.entry(JobName.FSCK, DAY.multipliedBy(2))); // began two days ago, and failed since
    }

    /** The answer was given as soon as it was asked for, and came so much later. */
    private Gate slow(Duration time) {
        return new Gate() {
            @Override
            public <T> Uni<T> at(Supplier<T> step) {
                return Uni.createFrom().item(step).invoke(() -> ticker.pass(time));
            }
        };
    }

    private void look(Gate catalog, Gate chunks) {
        watch(catalog, chunks).look().await().atMost(BOUND);
    }

    private StoreWatch watch(Gate catalog, Gate chunks) {
        return new StoreWatch(
                marks.catalog(catalog),
                marks.chunks(chunks),
                () -> Uni.createFrom().item(DAY),
                () -> Uni.createFrom()
                        .item(List.of(
                                job(JobName.CHECK, "DONE", Optional.of(NOW.minus(DAY))),
                                job(JobName.SCRUB, "RUNNING", Optional.empty()),
                                job(JobName.FSCK, "FAILED", Optional.of(NOW.minus(DAY))))),
                said,
                Clock.fixed(NOW, ZoneOffset.UTC),
                ticker);
    }

    private static JobStatus job(JobName name, String state, Optional<Instant> finished) {
        Optional<Instant> started = Optional.of(NOW.minus(DAY.multipliedBy(2)));
        return new JobStatus(name, 1, state, JobOrder.REPORT, 0, 0, 0, 0, started, finished, "");
    }

    private static final class Said implements StoreMeters {
        final Map<Store, Boolean> up = new EnumMap<>(Store.class);
        final Map<JobName, Duration> ages = new EnumMap<>(JobName.class);
        Duration skew = Duration.ofDays(999);
        Duration late = Duration.ofDays(999);

        @Override
        public void answered(Store store, boolean answer) {
            up.put(store, answer);
        }

        @Override
        public void clockSkew(Duration atLeast) {
            skew = atLeast;
        }

        @Override
        public void removalOverdue(Duration how) {
            late = how;
        }

        @Override
        public void notDoneSince(JobName job, Duration age) {
            ages.put(job, age);
        }
    }
}
