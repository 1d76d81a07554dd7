package dev.consigne.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets memory, how much of it, and when it is given back. */
@Timeout(30)
class MemoryBudgetTest {
    private static final long MIB = 1 << 20;
    private static final long TOTAL = 128 * MIB;
    private static final long RESERVABLE = 96 * MIB;
    private static final long LENDABLE = 32 * MIB;
    private static final int MANY = 1 << 16;
    private static final Caller ANNA = new Caller("anna");
    private static final Caller BEN = new Caller("ben");

    private static final long BESIDE = LENDABLE / 8;

    private final MemoryBudget budget = new MemoryBudget(TOTAL);
    private final AtomicLong clock = new AtomicLong();
    private final List<Loan> loans = new ArrayList<>();

    @Test
    void givesWhatIsReservedBackOnce() {
        Reservation reservation = budget.reserve(ANNA, 5 * MIB);
        assertThat(budget.reserved()).isEqualTo(5 * MIB);

        reservation.release();
        reservation.release();

        assertThat(budget.reserved()).isZero();
    }

    @Test
    void refusesWhatDoesNotFitAndTakesItLater() {
        // Given
        Reservation half = budget.reserve(ANNA, RESERVABLE / 2);
        budget.reserve(BEN, RESERVABLE / 2);

        // When
        assertRefused(new Caller("carl"), 1, ErrorCode.OVERLOADED);
        half.release();

        // Then
        assertThat(budget.reserve(new Caller("carl"), 1).bytes()).isEqualTo(1);
    }

    @Test
    void keepsTheLastRoomForWhoeverHasLess() {
        // Given
        budget.reserve(ANNA, RESERVABLE * 31 / 32);

        // When
        assertRefused(ANNA, MIB, ErrorCode.TOO_MANY_TRANSFERS);

        // Then
        budget.reserve(BEN, MIB);
        assertThat(budget.reserved()).isEqualTo(RESERVABLE * 31 / 32 + MIB);
    }

    /** When many run, an equal share is less than any transfer needs. */
    @Test
    void keepsTheLastRoomForWhoeverHasNothing() {
        // Given
        long each = RESERVABLE * 31 / 32 / 4096;
        for (int number = 0; number < 4096; number++) {
            budget.reserve(new Caller("caller " + number), each);
        }

        // When
        assertRefused(new Caller("caller 1"), MIB, ErrorCode.TOO_MANY_TRANSFERS);

        // Then
        assertThat(budget.reserve(ANNA, MIB).bytes()).isEqualTo(MIB);
        assertRefused(BEN, 4 * MIB, ErrorCode.OVERLOADED);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 262144",
        "5, 262144",
        "6, 65536",
        "32, 65536",
        "33, 32768",
        "64, 32768",
        "65, 16384",
        "90, 8192",
        "95, 8192"
    })
    void makesUnitsSmallerTheLessThereIsLeft(long reservedMib, int unit) {
        if (reservedMib > 0) {
            budget.reserve(ANNA, reservedMib * MIB);
        }

        assertThat(budget.unit(1 << 20, 8192)).isEqualTo(unit);
    }

    @Test
    void neverMakesAUnitLargerThanIsAskedFor() {
        assertThat(budget.unit(1000, 8192)).isEqualTo(1000);
        assertThat(new MemoryBudget(1L << 40).unit(1 << 20, 8192)).isEqualTo(1 << 20);
    }

    @Test
    void makesTheUnitsOfAThousandNewcomersSoSmallThatAllFindRoom() {
        MemoryBudget clocked = new MemoryBudget(TOTAL, clock::get);

        List<Integer> units = newcomers(clocked, 1000);

        assertThat(units.get(0)).isEqualTo(256 * 1024);
        assertThat(units.get(999)).isEqualTo(32 * 1024);
        assertThat(clocked.reserved()).isLessThan(RESERVABLE);
    }

    @Test
    void findsRoomForAThousandNewcomersHoweverSlowlyTheyCome() {
        MemoryBudget clocked = new MemoryBudget(TOTAL, clock::get);

        for (int i = 0; i < 1000; i++) {
            newcomers(clocked, 1);
            clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
        }

        assertThat(clocked.reserved()).isLessThan(RESERVABLE);
    }

    @Test
    void makesTheUnitOfANewcomerLargerAgainWhenNoMoreCome() {
        MemoryBudget clocked = new MemoryBudget(TOTAL, clock::get);
        newcomers(clocked, 1000);

        clock.addAndGet(TimeUnit.SECONDS.toNanos(20));

        assertThat(clocked.unitOfNewcomer(256 * 1024, 32 * 1024)).isEqualTo(256 * 1024);
    }

    @Test
    void sharesWhatCanBeLentAmongThoseToWhomSomethingIs() {
        assertThat(budget.share()).isEqualTo(LENDABLE);
        budget.reserve(ANNA, 1).tryBorrow(1);
        assertThat(budget.share()).isEqualTo(LENDABLE);
        budget.reserve(BEN, 1).tryBorrow(1);
        assertThat(budget.share()).isEqualTo(LENDABLE / 2);
    }

    @Test
    void lendsALoneTransferAllThereIs() {
        Reservation lone = budget.reserve(ANNA, 1);

        for (int i = 0; i < 32; i++) {
            assertThat(lone.tryBorrow(MIB)).isTrue();
        }

        assertThat(lone.tryBorrow(1)).isFalse();
        assertThat(budget.lent()).isEqualTo(LENDABLE);
    }

    @Test
    void lendsNobodyMoreThanAFairShareOfTheLastQuarterAndGivesAShareAgain() {
        // Given
        Reservation first = budget.reserve(ANNA, 1);
        Reservation second = budget.reserve(ANNA, 1);
        assertThat(first.tryBorrow(MIB)).isTrue();
        assertThat(second.tryBorrow(MIB)).isTrue();

        // When
        assertThat(first.tryBorrow(LENDABLE / 4 * 3 - 2 * MIB)).isTrue();
        assertThat(first.tryBorrow(1)).isFalse();
        assertThat(second.tryBorrow(LENDABLE / 4)).isTrue();
        second.giveBack(LENDABLE / 4 + MIB);

        // Then
        assertThat(first.tryBorrow(MIB)).isTrue();
    }

    /** As downloads do whose clients take nothing. */
    @Test
    void lendsALittleAtOnceWhileOthersKeepAllThereIs() {
        // Given
        for (int i = 0; i < 32; i++) {
            budget.reserve(BEN, 1).borrow(MIB, loans::add);
        }
        assertThat(budget.lent()).isEqualTo(LENDABLE);

        // When
        Reservation quick = budget.reserve(ANNA, 1);
        Reservation other = budget.reserve(ANNA, 1);
        assertThat(quick.tryBorrow(BESIDE / 2)).isTrue();
        assertThat(quick.tryBorrow(BESIDE / 4)).as("more than a fair share").isTrue();

        // Then
        assertThat(quick.tryBorrow(1)).as("the last of it").isFalse();
        assertThat(other.tryBorrow(BESIDE / 4)).isTrue();
        assertThat(other.tryBorrow(1)).isFalse();
        loans.get(0).release();
        budget.reserve(BEN, 1).borrow(MIB, loans::add);
        assertThat(loans).as("it is in nobody's way").hasSize(33);
    }

    @Test
    void lendsALittleAtOnceWhileOthersWaitForAllThereIs() {
        // Given
        Reservation patient = budget.reserve(BEN, 1);
        patient.borrow(LENDABLE, loans::add);
        patient.borrow(LENDABLE, loans::add);
        assertThat(budget.waiting()).isEqualTo(1);

        // When
        Reservation quick = budget.reserve(ANNA, 1);
        assertThat(quick.tryBorrow(BESIDE)).isTrue();
        assertThat(budget.reserve(ANNA, 1).tryBorrow(1)).isFalse();

        // Then
        loans.get(0).release();
        assertThat(loans).as("it is in nobody's way").hasSize(2);
        quick.giveBack(BESIDE);
        loans.get(1).release();
        assertThat(budget.lent()).isZero();
    }

    @Test
    void lendsInTheOrderOfAsking() {
        // Given
        Reservation lone = budget.reserve(ANNA, 1);
        assertThat(lone.tryBorrow(LENDABLE)).isTrue();
        budget.reserve(BEN, 1).borrow(3 * MIB + BESIDE, loans::add);
        budget.reserve(BEN, 1).borrow(MIB, loans::add);
        assertThat(budget.waiting()).isEqualTo(2);

        // When
        lone.giveBack(2 * MIB);
        assertThat(loans)
                .as("the first does not fit, and the second waits behind it")
                .isEmpty();
        assertThat(lone.tryBorrow(1)).as("others wait").isFalse();
        lone.giveBack(2 * MIB);

        // Then
        assertThat(loans).extracting(Loan::bytes).containsExactly(3 * MIB + BESIDE, MIB);
        assertThat(budget.waiting()).isZero();
        loans.forEach(Loan::release);
        loans.forEach(Loan::release);
        assertThat(budget.lent()).isEqualTo(LENDABLE - 4 * MIB);
    }

    @Test
    void lendsMoreThanThereIsWhenNothingElseIsLent() {
        Reservation lone = budget.reserve(ANNA, 1);
        assertThat(lone.tryBorrow(BESIDE + 1)).isTrue();

        lone.borrow(2 * LENDABLE, loans::add);

        assertThat(loans).isEmpty();
        lone.giveBack(1);
        assertThat(loans).hasSize(1);
    }

    @Test
    void servesTheNextWhenTheFirstGivesUp() {
        // Given
        Reservation lone = budget.reserve(ANNA, 1);
        assertThat(lone.tryBorrow(BESIDE + MIB)).isTrue();
        Cancellable first = lone.borrow(LENDABLE, loans::add);
        lone.borrow(MIB, loans::add);
        assertThat(loans).isEmpty();

        // When
        first.cancel();

        // Then
        assertThat(loans).extracting(Loan::bytes).containsExactly(MIB);
        assertThat(budget.waiting()).isZero();
    }

    @Test
    void asksForWhatLiesIdleOldestFirstAndNoMoreThanIsMissing() {
        // Given
        Reservation lone = budget.reserve(ANNA, 1);
        for (int i = 0; i < 4; i++) {
            lone.borrow(LENDABLE / 4, loans::add);
        }
        List<Integer> recalled = new ArrayList<>();
        for (int number : new int[] {2, 0, 3}) {
            loans.get(number).idle(() -> {
                recalled.add(number);
                loans.get(number).release();
            });
        }
        loans.get(2).busy();

        // When
        budget.reserve(BEN, 1).borrow(LENDABLE / 4, loans::add);

        // Then
        assertThat(recalled).containsExactly(0);
        assertThat(loans).hasSize(5);
    }

    /** What is asked for is still lent while the first of them gives it back. */
    @Test
    void asksNobodyTwiceForWhatIsMissingOnce() {
        // Given
        Reservation lone = budget.reserve(ANNA, 1);
        AtomicInteger recalled = new AtomicInteger();
        for (int i = 0; i < 16; i++) {
            lone.borrow(
                    LENDABLE / 16,
                    loan -> loan.idle(() -> {
                        recalled.incrementAndGet();
                        loan.release();
                    }));
        }

        // When
        budget.reserve(BEN, 1).borrow(LENDABLE / 4, loans::add);

        // Then
        assertThat(loans).hasSize(1);
        assertThat(recalled).hasValue(4);
    }

    @Test
    void asksAnotherWhenWhoeverWasAskedKeepsIt() {
        // Given
        Reservation lone = budget.reserve(ANNA, 1);
        lone.borrow(LENDABLE / 2, loans::add);
        lone.borrow(LENDABLE / 2, loans::add);
        AtomicInteger recalled = new AtomicInteger();
        loans.get(0).idle(recalled::incrementAndGet);
        loans.get(1).idle(loans.get(1)::release);
        budget.reserve(BEN, 1).borrow(LENDABLE / 2, loans::add);
        assertThat(recalled).hasValue(1);
        assertThat(loans).hasSize(2);

        // When
        loans.get(0).busy();

        // Then
        assertThat(loans).hasSize(3);
    }

    /** As many as there is no stack for. */
    @Test
    void lendsToAnyNumberWhoGiveItBackAtOnce() {
        // Given
        Reservation lone = budget.reserve(ANNA, 1);
        assertThat(lone.tryBorrow(LENDABLE)).isTrue();
        AtomicInteger served = new AtomicInteger();
        for (int i = 0; i < MANY; i++) {
            lone.borrow(LENDABLE, loan -> {
                served.incrementAndGet();
                loan.release();
            });
        }

        // When
        lone.giveBack(LENDABLE);

        // Then
        assertThat(served).hasValue(MANY);
        assertThat(budget.lent()).isZero();
    }

    /** It is logged. */
    @Test
    void goesOnLendingWhenATakerThrows() {
        // Given
        Reservation lone = budget.reserve(ANNA, 1);
        assertThat(lone.tryBorrow(LENDABLE)).isTrue();
        lone.borrow(1, loan -> {
            throw new IllegalStateException("seeded");
        });
        lone.borrow(MIB, loans::add);

        // When
        lone.giveBack(LENDABLE);

        // Then
        assertThat(loans).hasSize(1);
        assertThat(budget.lent()).as("nothing for who could not take it").isEqualTo(MIB);
    }

    @Test
    void neverLendsMoreThanThereIsToManyThreads() throws Exception {
        // Given
        AtomicLong most = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(8);

        // When
        for (int i = 0; i < 8; i++) {
            threads.execute(() -> {
                Reservation mine = budget.reserve(ANNA, 1);
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int round = 0; round < 2000; round++) {
                    long bytes = random.nextLong(1, 8 * MIB);
                    if (random.nextBoolean() && mine.tryBorrow(bytes)) {
                        most.accumulateAndGet(budget.lent(), Math::max);
                        mine.giveBack(bytes);
                    } else {
                        mine.borrow(bytes, loan -> {
                            most.accumulateAndGet(budget.lent(), Math::max);
                            loan.release();
                        });
                    }
                }
                mine.release();
            });
        }
        threads.shutdown();

        // Then
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isPositive().isLessThanOrEqualTo(LENDABLE + BESIDE);
        assertThat(budget.lent()).isZero();
        assertThat(budget.reserved()).isZero();
        assertThat(budget.waiting()).isZero();
    }

    /** As many uploads and downloads, of a caller each. @return the units of the uploads */
    private static List<Integer> newcomers(MemoryBudget budget, int each) {
        List<Integer> units = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            int unit = budget.unitOfNewcomer(256 * 1024, 32 * 1024);
            units.add(unit);
            budget.reserve(new Caller("up" + budget.reserved()), unit + 33 * 1024);
            budget.reserve(new Caller("down" + budget.reserved()), 17 * 1024);
        }
        return units;
    }

    private void assertRefused(Caller caller, long bytes, ErrorCode code) {
        assertThatThrownBy(() -> budget.reserve(caller, bytes))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
