package dev.consigne.testing;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A subscriber whose demand is set by hand; remembers what it got and how it ended, and that it ended once. */
public final class Recording<T> implements MultiSubscriber<T> {
    private final List<T> items = new CopyOnWriteArrayList<>();
    private final AtomicInteger endings = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Flow.@Nullable Subscription subscription;
    private volatile @Nullable Throwable failure;

    /** Subscribes, and demands so many items if that is more than 0. */
    public static <T> Recording<T> of(Multi<T> multi, long demand) {
        Recording<T> recording = new Recording<>();
        multi.subscribe().withSubscriber(recording);
        if (demand > 0) {
            recording.request(demand);
        }
        return recording;
    }

    public void request(long count) {
        Objects.requireNonNull(subscription).request(count);
    }

    public void cancel() {
        Objects.requireNonNull(subscription).cancel();
    }

    public List<T> items() {
        return List.copyOf(items);
    }

    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether the end was reached without a failure. */
    public boolean completed() {
        return endings.get() > 0 && failure == null;
    }

    /** How often an end was signalled: more than once is a broken operator. */
    public int endings() {
        return endings.get();
    }

    /** Waits for the end. */
    public Recording<T> awaitEnd(Duration bound) {
        try {
            if (!ended.await(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("no end after " + bound + ", " + items.size() + " items so far");
            }
            return this;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
    }

    @Override
    public void onItem(T item) {
        items.add(item);
    }

    @Override
    public void onFailure(Throwable cause) {
        failure = cause;
        endings.incrementAndGet();
        ended.countDown();
    }

    @Override
    public void onCompletion() {
        endings.incrementAndGet();
        ended.countDown();
    }
}
