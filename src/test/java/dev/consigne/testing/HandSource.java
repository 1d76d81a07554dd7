package dev.consigne.testing;

import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A source that is signalled by hand and knows what was asked of it. For one subscriber. */
public final class HandSource<T> extends AbstractMulti<T> {
    private final AtomicLong requested = new AtomicLong();
    private volatile @Nullable MultiSubscriber<? super T> subscriber;
    private volatile Runnable onRequest = () -> {};
    private volatile boolean cancelled;

    @Override
    public void subscribe(MultiSubscriber<? super T> downstream) {
        subscriber = downstream;
        downstream.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                requested.addAndGet(count);
                onRequest.run();
            }

            @Override
            public void cancel() {
                cancelled = true;
            }
        });
    }

    /** Called with every request, on the thread that made it. */
    public void onRequest(Runnable reaction) {
        onRequest = reaction;
    }

    public void emit(T item) {
        Objects.requireNonNull(subscriber).onItem(item);
    }

    public void complete() {
        Objects.requireNonNull(subscriber).onCompletion();
    }

    public void fail(Throwable cause) {
        Objects.requireNonNull(subscriber).onFailure(cause);
    }

    /** Items asked for so far. */
    public long requested() {
        return requested.get();
    }

    public boolean cancelled() {
        return cancelled;
    }
}
