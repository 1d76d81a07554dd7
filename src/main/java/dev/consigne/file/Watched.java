package dev.consigne.file;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are looked at while they pass. What {@code invoke} does, for streams of very many items: each operator of
 * the library saves and restores the contexts of its thread for every one of them.
 */
final class Watched extends AbstractMulti<ByteBuffer> {
    private final Multi<ByteBuffer> source;
    private final Consumer<ByteBuffer> watcher;

    /** @param watcher consumes nothing of what it sees; what it throws ends the stream */
    Watched(Multi<ByteBuffer> source, Consumer<ByteBuffer> watcher) {
        this.source = source;
        this.watcher = watcher;
    }

    @Override
    public void subscribe(MultiSubscriber<? super ByteBuffer> downstream) {
        source.subscribe().withSubscriber(new Watching(downstream));
    }

    /** All signals come as the source sends them: one at a time. */
    private final class Watching implements MultiSubscriber<ByteBuffer>, Flow.Subscription {
        private final MultiSubscriber<? super ByteBuffer> downstream;
        private volatile Flow.@Nullable Subscription upstream;
        private boolean ended;

        Watching(MultiSubscriber<? super ByteBuffer> downstream) {
            this.downstream = downstream;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            downstream.onSubscribe(this);
        }

        @Override
        @SuppressWarnings("CatchingUnchecked") // as every operator does: the end must be heard of
        public void onItem(ByteBuffer bytes) {
            if (ended) {
                return;
            }
            try {
                watcher.accept(bytes);
            } catch (Throwable thrown) {
                cancel();
                onFailure(thrown);
                return;
            }
            downstream.onItem(bytes);
        }

        @Override
        public void onFailure(Throwable failure) {
            if (!ended) {
                ended = true;
                downstream.onFailure(failure);
            }
        }

        @Override
        public void onCompletion() {
            if (!ended) {
                ended = true;
                downstream.onCompletion();
            }
        }

        @Override
        public void request(long items) {
            Flow.Subscription source = upstream;
            if (source != null) {
                source.request(items);
            }
        }

        @Override
        public void cancel() {
            Flow.Subscription source = upstream;
            if (source != null) {
                source.cancel();
            }
        }
    }
}
