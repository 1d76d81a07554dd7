package dev.consigne.memory;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Memory lent until it is released. While it lies idle its holder can be asked to do without it. */
public final class Loan {
    private final MemoryBudget budget;
    private final Reservation borrower;
    private final long bytes;
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile @Nullable Runnable onRecall;

    Loan(MemoryBudget budget, Reservation borrower, long bytes) {
        this.budget = budget;
        this.borrower = borrower;
        this.bytes = bytes;
    }

    /** What is lent. */
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

    /** Gives it back; once is enough, more does nothing. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            budget.busy(this);
            budget.giveBack(borrower, bytes);
        }
    }

    void recall() {
        Runnable holder = onRecall;
        if (holder != null) {
            holder.run();
        }
    }
}
