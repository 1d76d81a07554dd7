package dev.consigne.memory;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What all transfers of the process may hold in memory together, in bytes. Three quarters are reserved by transfers for
 * as long as they run: with what it has reserved, a transfer gets on whatever the others do. The last quarter is lent for
 * moments: to chunks on their way between the stores and the service.
 *
 * <p>A reservation is had at once or not at all. Whoever holds more than an equal share does not get the last {@value
 * #SPARE}th of what can be reserved, so that there is room for somebody else. Loans to whoever can wait are given in the
 * order they were asked for.
 *
 * <p>Safe for use by many threads; no call blocks, and nobody is called back while it is locked.
 */
public final class MemoryBudget {
    private static final Logger LOG = Logger.getLogger(MemoryBudget.class);

    private static final int SPARE = 32;

    /**
     * This part of what can be lent is lent besides, at once, while others wait or keep all there is for clients that take
     * nothing: without it none of those would be.
     */
    private static final int BESIDE = 8;

    /** So many more units should still find room at the most; fewer while hardly anything is reserved. */
    private static final int MORE = 1024;

    private static final int MORE_WHEN_QUIET = 256;

    /** It is quiet while less than this part is reserved. */
    private static final int QUIET = 16;

    private static final int FEWEST_MORE = 16;

    /** As many times more are expected than have come lately. */
    private static final int GROWING = 16;

    /** This part of what can be reserved is for larger units than the least; the rest is kept for many of those. */
    private static final int COMFORT = 10;

    private static final int FEWEST_COMFORTABLE = 4;

    /** What a transfer reserves beside its least unit, of uploads and downloads the middle: sixteenths of that unit. */
    private static final long COST_OF_LEAST = 5;

    /** This part of what can be lent, and of what is lent besides, nobody has beyond a fair share. */
    private static final int FAIR = 4;

    private final long reservable;
    private final long lendable;
    private final Map<Caller, Long> reservedBy = new HashMap<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Set<Loan> idle = new LinkedHashSet<>();
    private final Set<Loan> recalled = new HashSet<>(); // and not given back yet
    private final Growth growth;
    private boolean serving;
    private long reserved;
    private long lent;
    private long lentAtOnce; // of it
    private int borrowers;

    /** @param bytes the whole, at least 1 MiB */
    public MemoryBudget(long bytes) {
        this(bytes, System::nanoTime);
    }

    /** @param nanos a clock that only goes forward */
    MemoryBudget(long bytes, LongSupplier nanos) {
        if (bytes < 1 << 20) {
            throw new IllegalArgumentException("a budget of " + bytes + " bytes is too small");
        }
        this.lendable = bytes / 4;
        this.reservable = bytes - lendable;
        this.growth = new Growth(nanos);
    }

    /** Bytes of the whole. */
    public long bytes() {
        return reservable + lendable;
    }

    /** Bytes that can be lent. */
    public long lendable() {
        return lendable;
    }

    /** Bytes that transfers have reserved. */
    public synchronized long reserved() {
        return reserved;
    }

    /** Bytes that are lent. */
    public synchronized long lent() {
        return lent;
    }

    /** Loans that are waited for. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /**
     * How large a unit of work should be now, so that there is room for one in each of many transfers: the less is left,
     * the smaller.
     *
     * @param most bytes of a unit if there is room
     * @param least bytes it should have even if there is not; a power of two
     * @return {@code most}, or a power of two between the two
     */
    public synchronized int unit(int most, int least) {
        return unit(most, least, mostToCome());
    }

    /**
     * As {@link #unit}, for what a transfer reserves when it begins and keeps: so that there is room for as many more as are
     * to be expected after those that came lately. So it is larger again for one that comes when all the others have come.
     * However slowly they come, as many find room as if nearly all had the least.
     */
    public synchronized int unitOfNewcomer(int most, int least) {
        int more = Math.max(FEWEST_MORE, Math.min(mostToCome(), GROWING * growth.lately()));
        long keptForLeast = reservable - reservable / COMFORT - growth.running() * (least + COST_OF_LEAST * least / 16);
        long spare = reservable - reserved - Math.max(0, keptForLeast);
        return Math.min(unit(most, least, more), powerOfTwo(most, least, spare / FEWEST_COMFORTABLE));
    }

    private int mostToCome() {
        return reserved < reservable / QUIET ? MORE_WHEN_QUIET : MORE;
    }

    private int unit(int most, int least, int more) {
        return powerOfTwo(most, least, (reservable - reserved) / more);
    }

    private static int powerOfTwo(int most, int least, long fitting) {
        return (int) Math.min(most, Math.max(least, Long.highestOneBit(Math.max(1, fitting))));
    }

    /** Bytes of what can be lent that are there for each of those to whom something is lent. */
    public synchronized long share() {
        return lendable / Math.max(1, borrowers);
    }

    /**
     * Reserves memory for a transfer until {@link Reservation#release()}.
     *
     * @throws ServiceException {@link ErrorCode#OVERLOADED} if there is none left, {@link ErrorCode#TOO_MANY_TRANSFERS}
     *     if what is left is for others than this caller
     */
    public synchronized Reservation reserve(Caller caller, long bytes) {
        long left = reservable - reserved - bytes;
        if (left < 0) {
            throw new ServiceException(
                    ErrorCode.OVERLOADED,
                    "As many transfers as fit in memory are running; nothing was read. Try again shortly.");
        }
        long held = reservedBy.getOrDefault(caller, 0L);
        if (left < reservable / SPARE && held > 0 && held + bytes > reservable / (reservedBy.size() + 1)) {
            throw new ServiceException(
                    ErrorCode.TOO_MANY_TRANSFERS,
                    "You have more transfers running than is your share; nothing was read. Try again when one has ended.");
        }
        reserved += bytes;
        growth.oneMore();
        reservedBy.put(caller, held + bytes);
        return new Reservation(this, caller, bytes);
    }

    synchronized void release(Reservation reservation) {
        reserved -= reservation.bytes();
        growth.oneLess();
        reservedBy.computeIfPresent(
                reservation.caller(), (who, held) -> held > reservation.bytes() ? held - reservation.bytes() : null);
    }

    /**
     * For whoever can do without: no if more than a fair share would then be lent to this one, and little is left. If there
     * is nothing left or others wait, there is for all of these together no more than a little, which the others are not
     * given.
     */
    synchronized boolean tryBorrow(Reservation borrower, long bytes) {
        boolean first = borrower.lent == 0;
        long share = lendable / (borrowers + (first ? 1 : 0));
        long left = waiting.isEmpty() ? lendable - lent - bytes : -1;
        long besideLeft = lendable / BESIDE - lentAtOnce - bytes;
        boolean fits = left >= 0 || besideLeft >= 0;
        boolean plenty = left >= lendable / FAIR || besideLeft >= lendable / BESIDE / FAIR;
        boolean given = fits && (first || plenty || borrower.lent + bytes <= share);
        if (given) {
            lend(borrower, bytes);
            lentAtOnce += bytes;
        }
        return given;
    }

    private void lend(Reservation borrower, long bytes) {
        borrowers += borrower.lent == 0 ? 1 : 0;
        borrower.lent += bytes;
        lent += bytes;
    }

    /** Some of what {@link #tryBorrow} gave. */
    void giveBack(Reservation borrower, long bytes) {
        synchronized (this) {
            take(borrower, bytes);
            lentAtOnce -= bytes;
        }
        serve();
    }

    /** All but so many bytes. */
    void giveBack(Loan loan, long needed) {
        synchronized (this) {
            if (needed == 0) {
                forget(loan);
            }
            long less = loan.reduce(needed);
            take(loan.borrower(), less);
            lentAtOnce -= loan.isLentAtOnce() ? less : 0;
        }
        serve();
    }

    private void take(Reservation borrower, long bytes) {
        lent -= bytes;
        borrower.lent -= bytes;
        borrowers -= bytes > 0 && borrower.lent == 0 ? 1 : 0;
    }

    /** See {@link Reservation#borrow}. */
    Cancellable borrow(Reservation borrower, long bytes, Consumer<Loan> taker) {
        Waiting comer = new Waiting(borrower, bytes, taker);
        synchronized (this) {
            waiting.add(comer);
        }
        serve();
        return () -> withdraw(comer);
    }

    private void withdraw(Waiting comer) {
        synchronized (this) {
            waiting.remove(comer);
        }
        serve(); // whoever came after may need less
    }

    void idle(Loan loan) {
        synchronized (this) {
            idle.add(loan);
        }
        serve();
    }

    void busy(Loan loan) {
        synchronized (this) {
            forget(loan);
        }
        serve(); // another may have to be asked for what this one keeps
    }

    /** As of what lies idle, or has been asked for. */
    private void forget(Loan loan) {
        idle.remove(loan);
        recalled.remove(loan);
    }

    /**
     * Gives what there is to those who wait; if it is not enough for the first, asks for what lies idle. One thread at a
     * time does it for all: who comes meanwhile, also from within a call, leaves it to that one. So it takes no stack, how
     * many there are.
     */
    @SuppressWarnings("CatchingUnchecked") // whatever one of them throws, the others are served
    private void serve() {
        if (!beginsToServe()) {
            return;
        }
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (Throwable thrown) {
                LOG.error("a holder of memory failed", thrown);
            }
        }
    }

    private synchronized boolean beginsToServe() {
        boolean begins = !serving;
        serving = true;
        return begins;
    }

    /** Whom to call. If there is nobody, serving ends with that, so that whoever changes something later begins it again. */
    private synchronized @Nullable Runnable next() {
        Waiting first = waiting.peek();
        long inTheWay = lent - Math.min(lentAtOnce, lendable / BESIDE);
        if (first != null && (inTheWay == 0 || inTheWay + first.bytes <= lendable)) {
            lend(first.borrower, first.bytes);
            return waiting.remove().given(new Loan(this, first.borrower, first.bytes, false));
        }
        long missing = first == null ? 0 : Math.min(inTheWay, inTheWay + first.bytes - lendable) - comingBack();
        Iterator<Loan> oldest = idle.iterator();
        if (missing > 0 && oldest.hasNext()) {
            Loan loan = oldest.next();
            oldest.remove();
            recalled.add(loan);
            return loan::recall;
        }
        serving = false;
        return null;
    }

    private long comingBack() {
        return recalled.stream().mapToLong(Loan::bytes).sum();
    }

    /** Compared by identity: two may want the same. */
    private static final class Waiting {
        private final Reservation borrower;
        private final long bytes;
        private final Consumer<Loan> taker;

        Waiting(Reservation borrower, long bytes, Consumer<Loan> taker) {
            this.borrower = borrower;
            this.bytes = bytes;
            this.taker = taker;
        }

        Runnable given(Loan loan) {
            return () -> {
                try {
                    taker.accept(loan);
                } catch (RuntimeException | Error failed) {
                    loan.release();
                    throw failed;
                }
            };
        }
    }
}
