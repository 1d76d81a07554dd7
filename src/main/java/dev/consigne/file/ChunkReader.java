package dev.consigne.file;

import dev.consigne.memory.Loan;
import dev.consigne.memory.Reservation;
import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a slice, in order, in pieces. Chunks are fetched a window at a time, the next while the one before is being
 * taken, and one more at the same time while somebody waits for bytes. Every chunk is checked (there, of the right length,
 * of the right checksum) before a byte of it leaves, and a whole content also against its own checksum before its last
 * piece does.
 *
 * <p>Memory: at most {@value #MOST_WINDOWS} windows of chunks, whatever the demand, all of it borrowed: the first when its
 * turn comes, the others if they can be spared. While nobody takes the bytes it may be asked back; what was in it is
 * fetched again later. Nothing is fetched before the first demand. Fails with {@link DamagedContentException} when a
 * chunk is missing or wrong also on a second look.
 */
final class ChunkReader extends AbstractMulti<ByteBuffer> {
    /** While chunks arrive, they are also in the driver's message, whose buffer may be twice as large. */
    static final long FETCHING = 3;

    /** So that the round trips of two overlap while a third is being taken. */
    private static final int MOST_WINDOWS = 3;

    private final ChunkReads store;
    private final StoredContent content;
    private final Slice slice;
    private final Reservation reservation;
    private final IntSupplier window;
    private final IntSupplier piece;

    /**
     * @param slice inside the content
     * @param reservation where memory is borrowed
     * @param window asked how many chunks, at least 1, to fetch together at the most
     * @param piece asked how many bytes to hand on together at the most
     */
    ChunkReader(
            ChunkReads store,
            StoredContent content,
            Slice slice,
            Reservation reservation,
            IntSupplier window,
            IntSupplier piece) {
        this.store = store;
        this.content = content;
        this.slice = slice;
        this.reservation = reservation;
        this.window = window;
        this.piece = piece;
    }

    @Override
    public void subscribe(MultiSubscriber<? super ByteBuffer> downstream) {
        downstream.onSubscribe(new Reading(downstream));
    }

    /** One run. All but the volatile fields is touched by steps of {@link #work} alone. */
    private final class Reading implements Flow.Subscription {
        private final MultiSubscriber<? super ByteBuffer> downstream;
        private final SerialLoop work = new SerialLoop(this::step, this::broken);
        private final Demand demand = new Demand();
        private final ContentLayout layout = content.layout();
        private final WholeChecksum whole = new WholeChecksum(content, slice);
        private final ArrayDeque<ReadWindow> ready = new ArrayDeque<>();
        private final ArrayDeque<Fetch> fetches = new ArrayDeque<>(); // in the order of their chunks
        private final int end = slice.length() == 0 ? 0 : layout.chunkAt(slice.end() - 1) + 1;
        private int next = slice.length() == 0 ? 0 : layout.chunkAt(slice.offset());
        private long position = slice.offset();
        private int coming; // chunks of the window that is borrowed for
        private boolean idle;
        private @Nullable Cancellable turn;

        private volatile @Nullable Loan lent;
        private volatile boolean recalled;
        private volatile boolean stopped;

        Reading(MultiSubscriber<? super ByteBuffer> downstream) {
            this.downstream = downstream;
        }

        @Override
        public void request(long pieces) {
            try {
                demand.add(pieces);
            } catch (IllegalArgumentException e) {
                cancel();
                downstream.onFailure(e);
                return;
            }
            work.run();
        }

        @Override
        public void cancel() {
            stopped = true;
            work.run();
        }

        private void broken(Throwable thrown) {
            if (!stopped) {
                cancel();
                downstream.onFailure(thrown);
            }
        }

        /** Does one thing; false when it has to wait. */
        private boolean step() {
            if (stopped) {
                return stop();
            }
            if (fetchLent() || takeFetched()) {
                return true;
            }
            Throwable cause = failure();
            if (cause != null && !ready.isEmpty()) {
                fetches.removeIf(fetch -> fetch.failure == null && fetch.dropIfThere());
            }
            if (cause != null && ready.isEmpty()) {
                stopped = true;
                downstream.onFailure(cause);
                return true;
            }
            if (ready.isEmpty() && next == end && fetches.isEmpty()) {
                stopped = true;
                downstream.onCompletion();
                return true;
            }
            return borrow() || emit() || rest();
        }

        /** Of the window that comes next: whatever comes after it is not wanted any more. */
        private @Nullable Throwable failure() {
            Fetch first = fetches.peek();
            return first == null ? null : first.failure;
        }

        /** Whatever is held or still comes is given back. */
        private boolean stop() {
            ready.forEach(ReadWindow::drop);
            ready.clear();
            Cancellable waiting = turn;
            turn = null;
            if (waiting != null) {
                waiting.cancel();
            }
            Loan loan = lent;
            lent = null;
            if (loan != null) {
                loan.release();
            }
            fetches.removeIf(Fetch::dropIfThere);
            return false;
        }

        private boolean emit() {
            if (demand.isZero() || ready.isEmpty()) {
                return false;
            }
            if (idle) {
                idle = false;
                recalled = false; // others are asked instead
                ready.forEach(ReadWindow::busy);
            }
            demand.took();
            downstream.onItem(nextPiece(ready.element()));
            return true;
        }

        private ByteBuffer nextPiece(ReadWindow from) {
            Chunk chunk = from.first();
            long start = (long) chunk.number() * layout.chunkSize();
            long chunkEnd = Math.min(start + chunk.length(), slice.end());
            int count = (int) Math.min(piece.getAsInt(), chunkEnd - position);
            ByteBuffer bytes = chunk.data().slice(chunk.data().position() + (int) (position - start), count);
            whole.pass(bytes);
            position += count;
            if (position == chunkEnd && from.passed()) {
                ready.remove();
            }
            return bytes;
        }

        /** Nobody takes what is here: it can be asked back, and fetched again when somebody does. */
        private boolean rest() {
            boolean failed = failure() != null;
            boolean fetching = !fetches.isEmpty() && !failed;
            if (!demand.isZero() || ready.isEmpty() || fetching) {
                return false;
            }
            if (recalled) {
                recalled = false;
                idle = false;
                ready.forEach(ReadWindow::drop);
                ready.clear();
                next = layout.chunkAt(position);
                return failed; // which is heard of now
            }
            if (!idle) {
                idle = true;
                ready.forEach(held -> held.idle(() -> {
                    recalled = true;
                    work.run();
                }));
            }
            return false;
        }

        /** What is needed now is waited for; what will be needed is had at once or not. */
        private boolean borrow() {
            int held = ready.size() + fetches.size();
            boolean wanted = held == 0 ? !demand.isZero() : held == 1 || !demand.isZero();
            if (!wanted || held == MOST_WINDOWS || next == end || turn != null || failure() != null) {
                return false;
            }
            coming = Math.min(window.getAsInt(), end - next);
            long bytes = FETCHING * bytesOf(next, coming);
            if (held == 0) {
                turn = reservation.borrow(bytes, loan -> {
                    lent = loan;
                    work.run();
                });
                return true;
            }
            Optional<Loan> more = reservation.tryLoan(bytes);
            more.ifPresent(this::fetch);
            return more.isPresent();
        }

        private boolean fetchLent() {
            Loan loan = lent;
            if (loan == null) {
                return false;
            }
            lent = null;
            turn = null;
            fetch(loan);
            return true;
        }

        private void fetch(Loan loan) {
            Fetch fetch = new Fetch(loan, next, coming);
            next += fetch.count;
            fetches.add(fetch);
            fetch.begin();
        }

        private long bytesOf(int first, int count) {
            return Math.min((long) count * layout.chunkSize(), layout.length() - (long) first * layout.chunkSize());
        }

        private boolean takeFetched() {
            Fetch first = fetches.peek();
            ReadWindow there = first == null ? null : first.fetched;
            if (there == null) {
                return false;
            }
            fetches.remove();
            ready.add(there);
            return true;
        }

        /** A window on its way. Not cancelled with the download: it comes, and is in memory until it has. */
        private final class Fetch {
            private final Loan loan;
            private final int first;
            private final int count;
            private volatile @Nullable ReadWindow fetched;
            private volatile @Nullable Throwable failure;

            Fetch(Loan loan, int first, int count) {
                this.loan = loan;
                this.first = first;
                this.count = count;
            }

            void begin() {
                var unused = ChunkCheck.read(store, content, first, count)
                        .subscribe()
                        .with(
                                chunks -> {
                                    loan.reduceTo(bytesOf(first, count));
                                    fetched = new ReadWindow(loan, chunks);
                                    work.run();
                                },
                                cause -> {
                                    loan.release();
                                    failure = cause;
                                    work.run();
                                });
            }

            /** Whether there is nothing of it to come any more. */
            boolean dropIfThere() {
                ReadWindow there = fetched;
                if (there != null) {
                    there.drop();
                }
                return there != null || failure != null;
            }
        }
    }
}
