package dev.consigne.file;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that end well only when more of them is asked for: whoever asks when it has room again has room for the last by
 * then. So what is held for them can be held until they have gone.
 */
final class EndOnDemand extends AbstractMulti<ByteBuffer> {
    private final Multi<ByteBuffer> source;

    EndOnDemand(Multi<ByteBuffer> source) {
        this.source = source;
    }

    @Override
    public void subscribe(MultiSubscriber<? super ByteBuffer> downstream) {
        source.subscribe().withSubscriber(new Ending(downstream));
    }

    /** Of the end and the demand for it, each is noted before it looks for the other. */
    private static final class Ending implements MultiSubscriber<ByteBuffer>, Flow.Subscription {
        private final MultiSubscriber<? super ByteBuffer> downstream;
        private final Demand demand = new Demand();
        private final AtomicBoolean told = new AtomicBoolean();
        private volatile Flow.@Nullable Subscription upstream;
        private volatile boolean ended;

        Ending(MultiSubscriber<? super ByteBuffer> downstream) {
            this.downstream = downstream;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            downstream.onSubscribe(this);
        }

        @Override
        public void onItem(ByteBuffer bytes) {
            demand.took();
            downstream.onItem(bytes);
        }

        @Override
        public void onFailure(Throwable failure) {
            if (told.compareAndSet(false, true)) {
                downstream.onFailure(failure);
            }
        }

        @Override
        public void onCompletion() {
            ended = true;
            tell();
        }

        @Override
        public void request(long items) {
            try {
                demand.add(items);
            } catch (IllegalArgumentException e) {
                onFailure(e);
                cancel();
                return;
            }
            Flow.Subscription source = upstream;
            if (source != null) {
                source.request(items);
            }
            tell();
        }

        private void tell() {
            if (ended && !demand.isZero() && told.compareAndSet(false, true)) {
                downstream.onCompletion();
            }
        }

        @Override
        public void cancel() {
            told.set(true);
            Flow.Subscription source = upstream;
            if (source != null) {
                source.cancel();
            }
        }
    }
}
