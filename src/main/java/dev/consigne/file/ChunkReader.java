package dev.consigne.file;

import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a slice, in order, one buffer a chunk. Chunks are fetched a window at a time, the next window while the
 * one before is being taken; every chunk is checked (there, of the right length, of the right checksum) before a byte
 * of it leaves.
 *
 * <p>Memory: at most two windows of chunks, whatever the demand. Nothing is fetched before the first demand. Fails with
 * {@link DamagedContentException} when a chunk is missing or wrong also on a second look.
 */
final class ChunkReader extends AbstractMulti<ByteBuffer> {
    private final ChunkStore store;
    private final StoredContent content;
    private final Slice slice;
    private final int window;

    /**
     * @param slice inside the content
     * @param window chunks fetched together, at least 1
     */
    ChunkReader(ChunkStore store, StoredContent content, Slice slice, int window) {
        this.store = store;
        this.content = content;
        this.slice = slice;
        this.window = window;
    }

    @Override
    public void subscribe(MultiSubscriber<? super ByteBuffer> downstream) {
        downstream.onSubscribe(new Reading(downstream));
    }

    /** The part of this chunk that the slice asks for. */
    private ByteBuffer trim(Chunk chunk) {
        long start = (long) chunk.number() * content.layout().chunkSize();
        int from = (int) Math.max(0, slice.offset() - start);
        int to = (int) Math.min(chunk.length(), slice.end() - start);
        return chunk.data().slice(chunk.data().position() + from, to - from);
    }

    /** One run. All but the volatile fields is touched by steps of {@link #work} alone. */
    private final class Reading implements Flow.Subscription {
        private final MultiSubscriber<? super ByteBuffer> downstream;
        private final SerialLoop work = new SerialLoop(this::step, this::broken);
        private final Demand demand = new Demand();
        private final ArrayDeque<Chunk> ready = new ArrayDeque<>();
        private final int end = slice.length() == 0 ? 0 : content.layout().chunkAt(slice.end() - 1) + 1;
        private int next = slice.length() == 0 ? 0 : content.layout().chunkAt(slice.offset());
        private boolean fetching;

        private volatile @Nullable List<Chunk> fetched;
        private volatile @Nullable Throwable failure;
        private volatile @Nullable Cancellable fetch;
        private volatile boolean stopped;

        Reading(MultiSubscriber<? super ByteBuffer> downstream) {
            this.downstream = downstream;
        }

        @Override
        public void request(long buffers) {
            try {
                demand.add(buffers);
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
            Cancellable running = fetch;
            if (running != null) {
                running.cancel();
            }
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
                ready.clear();
                fetched = null;
                return false;
            }
            Throwable cause = failure;
            if (cause != null) {
                stopped = true;
                downstream.onFailure(cause);
                return true;
            }
            List<Chunk> window = fetched;
            if (window != null) {
                fetched = null;
                fetching = false;
                ready.addAll(window);
                return true;
            }
            if (ready.isEmpty() && next == end && !fetching) {
                stopped = true;
                downstream.onCompletion();
                return true;
            }
            return fetchAhead() || emit();
        }

        private boolean emit() {
            if (demand.isZero() || ready.isEmpty()) {
                return false;
            }
            demand.took();
            downstream.onItem(trim(ready.remove()));
            return true;
        }

        private boolean fetchAhead() {
            if (fetching || next == end || ready.size() >= window || (demand.isZero() && ready.isEmpty())) {
                return false;
            }
            fetching = true;
            int first = next;
            int count = Math.min(window, end - first);
            next += count;
            fetch = ChunkCheck.read(store, content, first, count)
                    .subscribe()
                    .with(
                            chunks -> {
                                fetched = chunks;
                                work.run();
                            },
                            cause -> {
                                failure = cause;
                                work.run();
                            });
            return true;
        }
    }
}
