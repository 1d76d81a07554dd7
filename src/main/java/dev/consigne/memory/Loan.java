package dev.consigne.memory;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Memory lent until it is released. While it lies idle its holder can be asked to do without it. */
public final class Loan {
    private final MemoryBudget budget;
    private final Reservation borrower;
    private final AtomicLong bytes;
    private volatile @Nullable Runnable onRecall;

    Loan(MemoryBudget budget, Reservation borrower, long bytes) {
        this.budget = budget;
        this.borrower = borrower;
        this.bytes = new AtomicLong(bytes);
    }

    /** What is lent now. */
    public long bytes() {
        return bytes.get();
    }

    /**
     * From now on the holder could do without it.
     *
     * @param whenNeeded run, at most once and by any thread, when somebody waits for memory; should lead to {@link
     *     #release}
     */
    public void idle(Runnable whenNeeded) {
        onRecall = whenNeeded;
        budget.idle(this);
    }

    /** From now on the holder needs it; it may have been asked for already. */
    public void busy() {
        budget.busy(this);
    }

    /** Gives back what is more than so many bytes; not while it is being released. */
    public void reduceTo(long needed) {
        long before = bytes.getAndUpdate(held -> Math.min(held, needed));
        if (before > needed) {
            budget.giveBack(borrower, before - needed);
        }
    }

    /** Gives it back; once is enough, more does nothing. */
    public void release() {
        budget.busy(this);
        reduceTo(0);
    }

    void recall() {
        Runnable holder = onRecall;
        if (holder != null) {
            holder.run();
        }
    }
}
