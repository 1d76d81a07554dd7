package dev.consigne.file;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of buffers of any size into chunks of one size. A byte is copied once, into the chunk it ends in; those
 * of the first chunk, which grows by doubling, twice on average at the most.
 *
 * <p>Demand: a buffer is asked of the source only while somebody waits for a chunk, one at a time. So it holds at most
 * the chunk being filled, one finished chunk and what is left of one buffer. Signals of both sides may come from
 * different threads.
 */
final class Chunker extends AbstractMulti<Chunk> {
    /** The first chunk grows from this: who has sent little, whatever was announced, should not hold much. */
    private static final int FIRST_GUESS_BYTES = 64 * 1024;

    private final Multi<ByteBuffer> source;
    private final ContentId contentId;
    private final int chunkSize;
    private final OptionalLong declaredLength;

    /**
     * @param chunkSize bytes of every chunk but the last
     * @param declaredLength how long the source says it is, in bytes; sizes the buffers, nothing is checked by it
     */
    Chunker(Multi<ByteBuffer> source, ContentId contentId, int chunkSize, OptionalLong declaredLength) {
        this.source = source;
        this.contentId = contentId;
        this.chunkSize = chunkSize;
        this.declaredLength = declaredLength;
    }

    @Override
    public void subscribe(MultiSubscriber<? super Chunk> downstream) {
        source.subscribe().withSubscriber(new Cutting(downstream));
    }

    /** One run. All but the volatile fields is touched by steps of {@link #work} alone. */
    private final class Cutting implements MultiSubscriber<ByteBuffer>, Flow.Subscription {
        private final MultiSubscriber<? super Chunk> downstream;
        private final SerialLoop work = new SerialLoop(this::step, this::broken);
        private final Demand demand = new Demand();

        private Flow.@Nullable Subscription upstream;
        private volatile @Nullable ByteBuffer arrived;
        private volatile @Nullable Throwable failure;
        private volatile boolean sourceEnded;
        private volatile boolean stopped;

        private boolean asked;
        private @Nullable ByteBuffer input;
        private @Nullable ByteBuffer filling;
        private @Nullable Chunk finished;
        private int number;

        Cutting(MultiSubscriber<? super Chunk> downstream) {
            this.downstream = downstream;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            downstream.onSubscribe(this);
        }

        @Override
        public void onItem(ByteBuffer buffer) {
            arrived = buffer;
            work.run();
        }

        @Override
        public void onFailure(Throwable cause) {
            failure = cause;
            work.run();
        }

        @Override
        public void onCompletion() {
            sourceEnded = true;
            work.run();
        }

        @Override
        public void request(long chunks) {
            try {
                demand.add(chunks);
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
            if (upstream != null) {
                upstream.cancel();
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
                input = null;
                filling = null;
                finished = null;
                arrived = null;
                return false;
            }
            Throwable cause = failure;
            if (cause != null) {
                stopped = true;
                downstream.onFailure(cause);
                return true;
            }
            if (finished != null) {
                return emit(finished);
            }
            // Read before the buffer: the source sets them in the other order.
            boolean ended = sourceEnded;
            if (takeInput()) {
                return true;
            }
            return ended ? finish() : ask();
        }

        private boolean emit(Chunk chunk) {
            if (demand.isZero()) {
                return false;
            }
            demand.took();
            finished = null;
            downstream.onItem(chunk);
            return true;
        }

        private boolean takeInput() {
            if (input == null) {
                input = arrived;
                if (input == null) {
                    return false;
                }
                arrived = null;
                asked = false;
            }
            if (input.hasRemaining()) {
                fill(input);
            }
            if (!input.hasRemaining()) {
                input = null;
            }
            return true;
        }

        private void fill(ByteBuffer from) {
            ByteBuffer to = filling == null ? allocate() : filling;
            if (!to.hasRemaining() && to.capacity() < chunkSize) {
                to = ByteBuffer.allocate((int) Math.min(chunkSize, to.capacity() * 2L))
                        .put(to.flip());
            }
            int count = Math.min(from.remaining(), to.remaining());
            to.put(from.slice(from.position(), count));
            from.position(from.position() + count);
            filling = to;
            if (to.position() == chunkSize) {
                cut(to);
            }
        }

        private ByteBuffer allocate() {
            long left = declaredLength.isPresent()
                    ? Math.min(chunkSize, declaredLength.getAsLong() - (long) number * chunkSize)
                    : chunkSize;
            return ByteBuffer.allocate((int) Math.max(1, number == 0 ? Math.min(FIRST_GUESS_BYTES, left) : left));
        }

        private void cut(ByteBuffer full) {
            finished = Chunk.of(contentId, number, full.flip());
            filling = null;
            number++;
        }

        private boolean finish() {
            if (filling != null) {
                cut(filling);
            } else {
                stopped = true;
                downstream.onCompletion();
            }
            return true;
        }

        private boolean ask() {
            if (!asked && !demand.isZero() && upstream != null) {
                asked = true;
                upstream.request(1);
            }
            return false;
        }
    }
}
