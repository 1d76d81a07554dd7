package dev.consigne.testing;

import dev.consigne.file.ContentId;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.ProtocolStep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The probe of all tests with the service: does nothing until told to break the protocol at a step. */
@Singleton
public class StepProbe implements ProtocolProbe {
    private volatile ProtocolProbe behaviour = NOOP;
    private volatile CompletableFuture<Void> death = new CompletableFuture<>();

    @Override
    public Uni<Void> at(ProtocolStep step, ContentId contentId) {
        return behaviour.at(step, contentId);
    }

    /** To be called after each test that told it anything. What died, and was cancelled, lets go of its memory then. */
    public void reset() {
        behaviour = NOOP;
        death.complete(null);
    }

    /** The protocol fails at this step. */
    public CompletableFuture<ContentId> failAt(ProtocolStep step) {
        return at(step, Uni.createFrom().failure(() -> new StepFailure(step)));
    }

    /** The protocol never goes beyond this step, as if the process had died there. */
    public CompletableFuture<ContentId> dieAt(ProtocolStep step) {
        death = new CompletableFuture<>();
        return at(step, Uni.createFrom().completionStage(death));
    }

    /** Does this the first time that the protocol comes to the step, before it goes on. */
    public CompletableFuture<ContentId> once(ProtocolStep step, Consumer<ContentId> act) {
        CompletableFuture<ContentId> reached = new CompletableFuture<>();
        AtomicBoolean done = new AtomicBoolean();
        each(step, contentId -> {
            if (done.compareAndSet(false, true)) {
                act.accept(contentId);
                reached.complete(contentId);
            }
        });
        return reached;
    }

    /** Does this every time that the protocol comes to the step, before it goes on. */
    public void each(ProtocolStep step, Consumer<ContentId> act) {
        behaviour = (at, contentId) -> {
            if (at == step) {
                act.accept(contentId);
            }
            return Uni.createFrom().voidItem();
        };
    }

    /** The protocol waits at this step for the answer. */
    public CompletableFuture<ContentId> at(ProtocolStep step, Uni<Void> answer) {
        CompletableFuture<ContentId> reached = new CompletableFuture<>();
        behaviour = (at, contentId) -> {
            if (at != step) {
                return Uni.createFrom().voidItem();
            }
            reached.complete(contentId);
            return answer;
        };
        return reached;
    }

    /** What a step fails with. */
    public static final class StepFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StepFailure(ProtocolStep step) {
            super("broken at " + step);
        }
    }
}
