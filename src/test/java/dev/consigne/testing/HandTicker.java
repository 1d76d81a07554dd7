package dev.consigne.testing;

import dev.consigne.file.Ticker;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Time that passes when it is told to, alarms included; it knows who still waits. */
public final class HandTicker implements Ticker {
    private record Waiting(long dueNanos, UniEmitter<? super Void> sleeper) {}

    private final List<Waiting> waiting = new CopyOnWriteArrayList<>();
    private volatile long nanos = 17;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Uni<Void> after(Duration delay) {
        return Uni.createFrom().emitter(sleeper -> {
            Waiting alarm = new Waiting(nanos + delay.toNanos(), sleeper);
            waiting.add(alarm);
            sleeper.onTermination(() -> waiting.remove(alarm));
        });
    }

    /** Lets so much time pass; whoever is due meanwhile is woken at that very moment, one after the other. */
    public void pass(Duration time) {
        long end = nanos + time.toNanos();
        for (Optional<Waiting> next = nextDue(end); next.isPresent(); next = nextDue(end)) {
            Waiting alarm = next.get();
            nanos = Math.max(nanos, alarm.dueNanos());
            waiting.remove(alarm);
            alarm.sleeper().complete(null);
        }
        nanos = end;
    }

    /** As if the process had been stopped: the time is over before anybody is woken. */
    public void jump(Duration time) {
        nanos += time.toNanos();
    }

    /** How many alarms are set. */
    public int waiting() {
        return waiting.size();
    }

    private Optional<Waiting> nextDue(long end) {
        return waiting.stream()
                .filter(alarm -> alarm.dueNanos() <= end)
                .min(Comparator.comparingLong(Waiting::dueNanos));
    }
}
