package dev.consigne.memory;

import org.jspecify.annotations.Nullable;

/** Memory lent until it is released. While it lies idle its holder can be asked to do without it. */
public final class Loan {
    private final MemoryBudget budget;
    private final Reservation borrower;
    private final boolean lentAtOnce;
    private volatile long bytes;
    private volatile @Nullable Runnable onRecall;

    /** @param lentAtOnce and not waited for */
    Loan(MemoryBudget budget, Reservation borrower, long bytes, boolean lentAtOnce) {
        this.budget = budget;
        this.borrower = borrower;
        this.bytes = bytes;
        this.lentAtOnce = lentAtOnce;
    }

    /** What is lent now. */
    public long bytes() {
        return bytes;
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

    /** Gives back what is more than so many bytes. */
    public void reduceTo(long needed) {
        budget.giveBack(this, needed);
    }

    /** Gives it back; once is enough, more does nothing. */
    public void release() {
        budget.giveBack(this, 0);
    }

    boolean isLentAtOnce() {
        return lentAtOnce;
    }

    Reservation borrower() {
        return borrower;
    }

    /** For the budget, which guards it. @return by how many bytes it was reduced */
    long reduce(long needed) {
        long before = bytes;
        bytes = Math.min(before, needed);
        return before - bytes;
    }

    void recall() {
        Runnable holder = onRecall;
        if (holder != null) {
            holder.run();
        }
    }
}
