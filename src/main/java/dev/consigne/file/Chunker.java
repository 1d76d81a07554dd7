package dev.consigne.file;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of buffers of any size into chunks of one size. A byte is copied once, into the chunk it ends in.
 *
 * <p>Demand: a buffer is asked of the source only while somebody waits for a chunk, one at a time. So it holds at most
 * the chunk being filled or finished, which the supply has given, and what is left of one buffer. Signals of both sides
 * and of the supply may come from different threads.
 */
final class Chunker extends AbstractMulti<Chunk> {
    private final Multi<ByteBuffer> source;
    private final ContentId contentId;
    private final int chunkSize;
    private final OptionalLong declaredLength;
    private final ChunkSupply supply;

    /**
     * @param chunkSize bytes of every chunk but the last
     * @param declaredLength how long the source says it is, in bytes; sizes the buffers, nothing is checked by it
     * @param supply gives the buffer of each chunk, and is told of nothing
     */
    Chunker(
            Multi<ByteBuffer> source,
            ContentId contentId,
            int chunkSize,
            OptionalLong declaredLength,
            ChunkSupply supply) {
        this.source = source;
        this.contentId = contentId;
        this.chunkSize = chunkSize;
        this.declaredLength = declaredLength;
        this.supply = supply;
    }

    @Override
    public void subscribe(MultiSubscriber<? super Chunk> downstream) {
        Cutting cutting = new Cutting(downstream);
        supply.whenFree(cutting.work::run);
        source.subscribe().withSubscriber(cutting);
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
            if (input != null) {
                return false;
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
            if (input.hasRemaining() && !fill(input)) {
                return false;
            }
            if (!input.hasRemaining()) {
                input = null;
            }
            return true;
        }

        /** False when there is no buffer to fill; its supplier tells when there may be. */
        private boolean hasRoom() {
            if (filling == null) {
                filling = supply.take(capacity()).orElse(null);
            }
            return filling != null;
        }

        private boolean fill(ByteBuffer from) {
            ByteBuffer to = hasRoom() ? filling : null;
            if (to == null) {
                return false;
            }
            if (!to.hasRemaining()) {
                to = ByteBuffer.allocate(chunkSize).put(to.flip()); // the body is longer than it was said to be
            }
            int count = Math.min(from.remaining(), to.remaining());
            to.put(from.slice(from.position(), count));
            from.position(from.position() + count);
            filling = to;
            if (to.position() == chunkSize) {
                cut(to);
            }
            return true;
        }

        private int capacity() {
            long left = left();
            return (int) (left > 0 ? Math.min(chunkSize, left) : chunkSize);
        }

        /** Bytes that are to come after the chunks that are finished. */
        private long left() {
            return declaredLength.orElse(Long.MAX_VALUE) - (long) number * chunkSize;
        }

        private void cut(ByteBuffer full) {
            finished = Chunk.of(contentId, number, full.flip());
            filling = null;
            number++;
        }

        private boolean finish() {
            if (filling != null && filling.position() > 0) {
                cut(filling);
            } else {
                stopped = true;
                downstream.onCompletion();
            }
            return true;
        }

        /** Bytes that came without a buffer to put them in would only lie about. Where there is but the end to come, none do. */
        private boolean ask() {
            if (!asked && !demand.isZero() && upstream != null && (left() <= 0 || hasRoom())) {
                asked = true;
                upstream.request(1);
            }
            return false;
        }
    }
}
