package dev.consigne.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.model.RegisterHistory.Call;
import dev.consigne.model.RegisterHistory.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checker that accepts everything proves nothing: it must refuse each way in which a name can lie. */
class RegisterHistoryTest {
    private static final long NEVER = Long.MAX_VALUE;

    @Test
    void acceptsCallsOneAfterTheOther() {
        assertPossible(reads("", 0, 1), writes("a", 2, 3), reads("a", 4, 5), writes("", 6, 7), reads("", 8, 9));
    }

    @Test
    void acceptsEitherValueDuringAWrite() {
        assertPossible(writes("a", 0, 1), writes("b", 2, 9), reads("a", 3, 4), reads("b", 5, 6), reads("b", 7, 8));
    }

    @Test
    void acceptsAWriteThatWasNeverSeen() {
        assertPossible(writes("a", 0, 5), writes("b", 1, 4), reads("b", 6, 7));
    }

    @Test
    void acceptsAnUnansweredWriteThatHappenedLater() {
        assertPossible(writes("a", 0, 1), writes("b", 2, NEVER), reads("a", 3, 4), reads("b", 5, 6));
    }

    @Test
    void acceptsAnUnansweredWriteThatNeverHappened() {
        assertPossible(writes("a", 0, 1), writes("b", 2, NEVER), reads("a", 3, 4), reads("a", 5, 6));
    }

    @Test
    void refusesAStaleRead() {
        assertImpossible(writes("a", 0, 1), writes("b", 2, 3), reads("a", 4, 5));
    }

    @Test
    void refusesAReadThatGoesBackWhileAWriteIsUnderWay() {
        assertImpossible(writes("a", 0, 1), writes("b", 2, 9), reads("b", 3, 4), reads("a", 5, 6));
    }

    @Test
    void refusesALostUpdate() {
        assertImpossible(writes("a", 0, 1), writes("b", 2, 3), reads("b", 4, 5), reads("a", 6, 7));
    }

    @Test
    void refusesAWriteThatWasAnsweredAndNeverHappened() {
        assertImpossible(writes("a", 0, 1), reads("", 2, 3));
    }

    @Test
    void refusesAValueFromTheFuture() {
        assertImpossible(reads("a", 0, 1), writes("a", 2, 3));
    }

    @Test
    void refusesAValueThatNobodyWrote() {
        assertImpossible(writes("a", 0, 1), reads("half of a", 2, 3));
    }

    @Test
    void refusesAFileThatIsBackAfterItsDelete() {
        assertImpossible(writes("a", 0, 1), writes("", 2, 3), reads("a", 4, 5));
    }

    @Test
    void refusesADeleteThatTookALaterWriteWithIt() {
        assertImpossible(writes("a", 0, 1), writes("", 2, 3), writes("b", 4, 5), reads("", 6, 7));
    }

    @Test
    void refusesTwoReadersThatSeeTwoWritesInDifferentOrder() {
        assertImpossible(writes("a", 0, 20), writes("b", 1, 21), reads("a", 2, 3), reads("b", 4, 5), reads("a", 6, 7));
    }

    @Test
    void refusesAnUnansweredWriteThatHappenedTwice() {
        assertImpossible(
                writes("b", 0, NEVER), reads("b", 1, 2), writes("a", 3, 4), reads("a", 5, 6), reads("b", 7, 8));
    }

    @Test
    void saysWhereItCouldNotGoOn() {
        Call stale = reads("a", 4, 5);

        List<Call> contradiction = new RegisterHistory(
                        List.of(writes("a", 0, 1), writes("b", 2, 3), stale, reads("b", 6, 7)))
                .contradiction();

        assertThat(contradiction).containsExactly(stale);
    }

    /** Histories of a register that really is one, its clients overlapping at random; and the same with one read spoilt. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void acceptsWhatARegisterDidAndRefusesItWithOneReadOfALongReplacedValue(long seed) {
        List<Call> calls = ofARegister(new Random(seed), 400);
        assertThat(new RegisterHistory(calls).contradiction()).isEmpty();

        calls.add(reads("value 1", 1_000_000, 1_000_001));

        assertThat(new RegisterHistory(calls).contradiction()).isNotEmpty();
    }

    /** Each call happens at an instant of its own, and lasts for some time before and after it. */
    private static List<Call> ofARegister(Random random, int count) {
        List<Call> calls = new ArrayList<>();
        Optional<String> value = Optional.empty();
        for (int i = 1; i <= count; i++) {
            boolean write = i == 1 || random.nextInt(3) == 0;
            if (write) {
                value = random.nextInt(4) == 0 ? Optional.empty() : Optional.of("value " + i);
            }
            long instant = 10L * i;
            calls.add(new Call(
                    i % 10,
                    write ? Kind.WRITE : Kind.READ,
                    value,
                    instant - random.nextInt(40),
                    instant + random.nextInt(40)));
        }
        calls.add(new Call(0, Kind.WRITE, Optional.of("last"), 900_000, 900_001));
        Collections.shuffle(calls, random);
        return calls;
    }

    private static void assertPossible(Call... calls) {
        assertThat(new RegisterHistory(List.of(calls)).contradiction()).isEmpty();
    }

    private static void assertImpossible(Call... calls) {
        assertThat(new RegisterHistory(List.of(calls)).contradiction()).isNotEmpty();
    }

    private static Call writes(String value, long begin, long complete) {
        return new Call(1, Kind.WRITE, valueOf(value), begin, complete);
    }

    private static Call reads(String value, long begin, long complete) {
        return new Call(2, Kind.READ, valueOf(value), begin, complete);
    }

    private static Optional<String> valueOf(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }
}
