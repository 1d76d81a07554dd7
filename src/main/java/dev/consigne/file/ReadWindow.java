package dev.consigne.file;

import dev.consigne.memory.Loan;
import java.util.ArrayDeque;
import java.util.List;

/** Chunks that were fetched together and are handed on, and the memory lent for them. */
final class ReadWindow {
    private final Loan loan;
    private final ArrayDeque<Chunk> chunks;

    ReadWindow(Loan loan, List<Chunk> chunks) {
        this.loan = loan;
        this.chunks = new ArrayDeque<>(chunks);
    }

    /** The next to hand on. */
    Chunk first() {
        return chunks.element();
    }

    /** The first has been handed on. @return whether it was the last; then the memory is given back */
    boolean passed() {
        chunks.remove();
        if (chunks.isEmpty()) {
            loan.release();
        }
        return chunks.isEmpty();
    }

    /** Nobody takes the bytes just now. */
    void idle(Runnable whenNeeded) {
        loan.idle(whenNeeded);
    }

    void busy() {
        loan.busy();
    }

    void drop() {
        chunks.clear();
        loan.release();
    }
}
