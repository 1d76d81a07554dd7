package dev.consigne.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.testing.HandTicker;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Removal is held after a store was put back in time, and never because of who passes when, or dies where. */
class RewindGuardTest {
    /** Three reads and three writes. */
    private static final int STEPS = 6;

    private static final int PASSES = 5;
    private static final int RANDOM_ORDERS = 2000;
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final HandTicker ticker = new HandTicker();

    @Test
    void holdsNobodyHoweverTwoPassAtOnceAndWhereverTheyDie() {
        int orders = 0;
        for (int first = 0; first <= STEPS; first++) {
            for (int second = 0; second <= STEPS; second++) {
                for (List<Integer> order : interleavings(first, second)) {
                    assertHoldsNobody(order, 2);
                    orders++;
                }
            }
        }
        assertThat(orders).isEqualTo(3431);
    }

    @Test
    void holdsNobodyInRandomOrdersOfManyThatDie() {
        for (int seed = 0; seed < RANDOM_ORDERS; seed++) {
            Random random = new Random(seed);
            List<Integer> order = random.ints(random.nextInt(PASSES * STEPS), 0, PASSES)
                    .boxed()
                    .toList();
            assertHoldsNobody(order, PASSES);
        }
    }

    @Test
    void holdsAfterPostgresWasPutBackBehindAMarkOfMongo() {
        List<InMemoryMarks.State> history = history();
        for (InMemoryMarks.State earlier : history) {
            assertHeld(last(history).withCatalogOf(earlier), earlier.begun() < PASSES, "PostgreSQL was put back");
        }
    }

    @Test
    void holdsAfterMongoWasPutBackBehindAMarkOfPostgres() {
        List<InMemoryMarks.State> history = history();
        for (InMemoryMarks.State earlier : history) {
            assertHeld(last(history).withChunksOf(earlier), earlier.chunks() < PASSES, "MongoDB was put back");
        }
    }

    @Test
    void holdsNobodyAfterBothWerePutBackToOneMoment() {
        history().forEach(earlier -> assertHeld(earlier, false, ""));
    }

    /** As the procedure of a restore says it: the jobs are off until after the release. */
    @Test
    void releasesAHoldThatNobodyHasNoticedYet() {
        List<InMemoryMarks.State> history = history();
        InMemoryMarks marks = new InMemoryMarks();
        marks.state = last(history).withCatalogOf(history.get(0));

        guard(marks).release().await().atMost(BOUND);

        pass(guard(marks));
        assertThat(marks.state.held()).isEmpty();
    }

    @Test
    void setsNoMarkBackWhereNothingIsHeld() {
        InMemoryMarks marks = new InMemoryMarks();
        marks.state = last(history());
        InMemoryMarks.State before = marks.state;

        guard(marks).release().await().atMost(BOUND);

        assertThat(marks.state).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {-11, 11, 60})
    void leavesOutTheOneRunInWhichTheClockJumped(int minutes) {
        // Given
        InMemoryMarks marks = new InMemoryMarks();
        RewindGuard guard = guard(marks);
        pass(guard);

        // When
        marks.clock = marks.clock.plus(Duration.ofMinutes(minutes));

        // Then
        assertThatThrownBy(() -> pass(guard)).isInstanceOf(HeldException.class).hasMessageContaining("clock jumped");
        pass(guard);
        assertThat(marks.state.held()).isEmpty();
    }

    @Test
    void takesALongPauseForNoJump() {
        InMemoryMarks marks = new InMemoryMarks();
        RewindGuard guard = guard(marks);
        pass(guard);

        marks.clock = marks.clock.plus(Duration.ofDays(3));
        ticker.jump(Duration.ofDays(3).plusMinutes(9));

        pass(guard);
    }

    /** Each number of the order is a process, which does its next step; what has not ended then is dead. */
    private void assertHoldsNobody(List<Integer> order, int processes) {
        // Given
        InMemoryMarks marks = new InMemoryMarks();
        List<Passage> all = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            all.add(new Passage(marks));
        }

        // When
        order.forEach(process -> all.get(process).step());

        // Then
        assertThat(all).as("%s", order).allMatch(passage -> passage.failure.isEmpty());
        pass(guard(marks));
        assertThat(marks.state.held()).as("%s", order).isEmpty();
    }

    /** Held for every process until it is released, and for none afterwards. */
    private void assertHeld(InMemoryMarks.State state, boolean held, String reason) {
        InMemoryMarks marks = new InMemoryMarks();
        marks.state = state;
        if (held) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> pass(guard(marks)))
                        .as("%s", state)
                        .isInstanceOf(HeldException.class)
                        .hasMessageContaining(reason);
            }
            assertThat(marks.state.chunks()).as("a held passage leaves no mark").isEqualTo(state.chunks());
            assertReleasedByHand(marks.state);
            guard(marks).release().await().atMost(BOUND);
        }
        pass(guard(marks));
        pass(guard(marks));
        assertThat(marks.state.held()).as("%s", state).isEmpty();
    }

    /** As docs/operations.md says it in SQL. */
    private void assertReleasedByHand(InMemoryMarks.State held) {
        InMemoryMarks marks = new InMemoryMarks();
        marks.state =
                new InMemoryMarks.State(Math.max(held.begun(), held.chunks()), 0, Optional.empty(), held.chunks());
        pass(guard(marks));
        pass(guard(marks));
    }

    /** The marks before and after every write of some passages. */
    private List<InMemoryMarks.State> history() {
        InMemoryMarks marks = new InMemoryMarks();
        List<InMemoryMarks.State> history = new ArrayList<>(List.of(marks.state));
        for (int i = 0; i < PASSES; i++) {
            Passage passage = new Passage(marks);
            while (!passage.ended) {
                passage.step();
                history.add(marks.state);
            }
        }
        assertThat(last(history).done()).isEqualTo(PASSES);
        return history;
    }

    private static InMemoryMarks.State last(List<InMemoryMarks.State> history) {
        return history.get(history.size() - 1);
    }

    private RewindGuard guard(InMemoryMarks marks) {
        return guard(marks, InMemoryMarks.Gate.OPEN);
    }

    private RewindGuard guard(InMemoryMarks marks, InMemoryMarks.Gate gate) {
        return new RewindGuard(marks.catalog(gate), marks.chunks(gate), ticker, JobMeters.NOOP);
    }

    private static void pass(RewindGuard guard) {
        guard.pass().await().atMost(BOUND);
    }

    /** All orders of so many steps of process 0 and so many of process 1. */
    private static List<List<Integer>> interleavings(int first, int second) {
        if (first == 0 && second == 0) {
            return List.of(List.of());
        }
        List<List<Integer>> all = new ArrayList<>();
        if (first > 0) {
            interleavings(first - 1, second).forEach(rest -> all.add(with(0, rest)));
        }
        if (second > 0) {
            interleavings(first, second - 1).forEach(rest -> all.add(with(1, rest)));
        }
        return all;
    }

    private static List<Integer> with(int step, List<Integer> rest) {
        List<Integer> all = new ArrayList<>(rest);
        all.add(0, step);
        return all;
    }

    /** Of one process, step by step. */
    private final class Passage implements InMemoryMarks.Gate {
        private Runnable next = () -> {};
        private boolean ended;
        private Optional<Throwable> failure = Optional.empty();

        Passage(InMemoryMarks marks) {
            guard(marks, this).pass().subscribe().with(passed -> ended = true, thrown -> failure = Optional.of(thrown));
        }

        @Override
        public <T> Uni<T> at(Supplier<T> step) {
            return Uni.createFrom().emitter(caller -> next = () -> caller.complete(step.get()));
        }

        void step() {
            Runnable now = next;
            next = () -> {};
            now.run();
        }
    }
}
