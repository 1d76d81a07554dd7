package dev.consigne.file;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one piece of work run at a time; whoever comes meanwhile waits, first come, first served. For pieces of one
 * larger work, which are cancelled together: one that is cancelled while it waits alone would keep its place.
 */
final class Turns {
    private final Queue<UniEmitter<? super Void>> waiting = new ArrayDeque<>();
    private boolean taken;

    /** @param work asked for when its turn has come */
    <T> Uni<T> take(Supplier<Uni<? extends T>> work) {
        return Uni.createFrom()
                .<Void>emitter(this::come)
                .chain(() -> Uni.createFrom().<T>deferred(work).onTermination().invoke(this::leave));
    }

    private void come(UniEmitter<? super Void> next) {
        synchronized (this) {
            if (taken) {
                waiting.add(next);
                return;
            }
            taken = true;
        }
        next.complete(null);
    }

    private void leave() {
        @Nullable UniEmitter<? super Void> next;
        synchronized (this) {
            next = waiting.poll();
            taken = next != null;
        }
        if (next != null) {
            next.complete(null);
        }
    }
}
