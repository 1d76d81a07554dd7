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
 * The bytes of a slice, in order, in pieces. Chunks are fetched a window at a time, the next window while the one before
 * is being taken; every chunk is checked (there, of the right length, of the right checksum) before a byte of it leaves,
 * and a whole content also against its own checksum before its last piece does.
 *
 * <p>Memory: at most two windows of chunks, whatever the demand, all of it borrowed: the first when its turn comes, the
 * second if others can spare it. While nobody takes the bytes it may be asked back; what was in it is fetched again
 * later. Nothing is fetched before the first demand. Fails with {@link DamagedContentException} when a chunk is missing
 * or wrong also on a second look.
 */
final class ChunkReader extends AbstractMulti<ByteBuffer> {
    /** While chunks arrive, they are also in the driver's message, whose buffer may be twice as large. */
    private static final long FETCHING = 3;

    private final ChunkStore store;
    private final StoredContent content;
    private final Slice slice;
    private final Reservation reservation;
    private final int window;
    private final IntSupplier piece;

    /**
     * @param slice inside the content
     * @param reservation where memory is borrowed
     * @param window chunks fetched together, at least 1
     * @param piece asked how many bytes to hand on together at the most
     */
    ChunkReader(
            ChunkStore store,
            StoredContent content,
            Slice slice,
            Reservation reservation,
            int window,
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
        private final int end = slice.length() == 0 ? 0 : layout.chunkAt(slice.end() - 1) + 1;
        private int next = slice.length() == 0 ? 0 : layout.chunkAt(slice.offset());
        private long position = slice.offset();
        private boolean fetching;
        private boolean idle;
        private @Nullable Cancellable turn;

        private volatile @Nullable Loan lent;
        private volatile @Nullable ReadWindow fetched;
        private volatile @Nullable Throwable failure;
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
            Throwable cause = failure;
            if (cause != null && ready.isEmpty()) {
                stopped = true;
                downstream.onFailure(cause);
                return true;
            }
            if (fetch() || takeFetched()) {
                return true;
            }
            if (ready.isEmpty() && next == end && !fetching) {
                stopped = true;
                downstream.onCompletion();
                return true;
            }
            return borrow() || emit() || rest();
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
            ReadWindow window = fetched;
            lent = null;
            fetched = null;
            if (loan != null) {
                loan.release();
            }
            if (window != null) {
                window.drop();
            }
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
            boolean coming = fetching && failure == null;
            if (!demand.isZero() || ready.isEmpty() || coming) {
                return false;
            }
            if (recalled) {
                recalled = false;
                idle = false;
                ready.forEach(ReadWindow::drop);
                ready.clear();
                next = layout.chunkAt(position);
                return failure != null; // which is heard of now
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
            if (fetching || next == end || ready.size() == 2 || (demand.isZero() && ready.isEmpty())) {
                return false;
            }
            int count = Math.min(window, end - next);
            long bytes = FETCHING * bytesOf(next, count);
            if (ready.isEmpty()) {
                fetching = true;
                turn = reservation.borrow(bytes, loan -> {
                    lent = loan;
                    work.run();
                });
                return true;
            }
            Optional<Loan> more = reservation.tryLoan(bytes);
            fetching = more.isPresent();
            more.ifPresent(loan -> lent = loan);
            return fetching;
        }

        /** Not cancelled with the download: what is on its way comes, and is in memory until it has. */
        private boolean fetch() {
            Loan loan = lent;
            if (loan == null) {
                return false;
            }
            lent = null;
            int first = next;
            int count = Math.min(window, end - first);
            next += count;
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
            return true;
        }

        private long bytesOf(int first, int count) {
            return Math.min((long) count * layout.chunkSize(), layout.length() - (long) first * layout.chunkSize());
        }

        private boolean takeFetched() {
            ReadWindow window = fetched;
            if (window == null) {
                return false;
            }
            fetched = null;
            fetching = false;
            ready.add(window);
            return true;
        }
    }
}
