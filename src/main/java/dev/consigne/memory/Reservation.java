package dev.consigne.memory;

import io.smallrye.mutiny.subscription.Cancellable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The memory that one transfer has for as long as it runs, and its way to more for moments. Safe for use by several
 * threads.
 */
public final class Reservation {
    private final MemoryBudget budget;
    private final Caller caller;
    private final long bytes;
    private final AtomicBoolean released = new AtomicBoolean();
    long lent; // the budget's, guarded by it

    Reservation(MemoryBudget budget, Caller caller, long bytes) {
        this.budget = budget;
        this.caller = caller;
        this.bytes = bytes;
    }

    Caller caller() {
        return caller;
    }

    /** What is reserved. */
    public long bytes() {
        return bytes;
    }

    /**
     * Takes so many bytes more at once, if there are enough and others do not need them.
     *
     * @return whether they were given; then they are given back by {@link #giveBack}
     */
    public boolean tryBorrow(long more) {
        return budget.tryBorrow(this, more);
    }

    /** As {@link #tryBorrow}, to be released as a loan. */
    public Optional<Loan> tryLoan(long more) {
        return tryBorrow(more) ? Optional.of(new Loan(budget, this, more, true)) : Optional.empty();
    }

    /** Gives back some of what {@link #tryBorrow} gave. May be called after the release. */
    public void giveBack(long some) {
        budget.giveBack(this, some);
    }

    /**
     * Asks for a loan and waits for its turn. More than may be lent at all is lent when nothing else is.
     *
     * @param taker given the loan, once, by any thread and maybe before this returns; possibly also after the
     *     cancellation, if that came too late
     * @return gives the place in the queue up
     */
    public Cancellable borrow(long more, Consumer<Loan> taker) {
        return budget.borrow(this, more, taker);
    }

    /** Ends the transfer's hold; once is enough, more does nothing. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            budget.release(this);
        }
    }
}
