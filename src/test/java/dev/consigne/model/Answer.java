package dev.consigne.model;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.smallrye.mutiny.CompositeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a call ended: with what was asked for, or with one of the service's own refusals. There is no third way: any other
 * exception, and none within patience, is a defect.
 */
record Answer<T>(Optional<T> item, Optional<ErrorCode> refusal) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static <T> Answer<T> of(CompletionStage<T> call) {
        try {
            return new Answer<>(
                    Optional.ofNullable(call.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)),
                    Optional.empty());
        } catch (ExecutionException ended) {
            if (ended.getCause() instanceof ServiceException service) {
                return new Answer<>(Optional.empty(), Optional.of(service.code()));
            }
            throw new AssertionError("not an answer: " + told(ended.getCause()), ended.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("no answer within " + PATIENCE.toSeconds() + " s", e);
        }
    }

    boolean isRefused() {
        return refusal.isPresent();
    }

    boolean isRefused(ErrorCode code) {
        return refusal.equals(Optional.of(code));
    }

    /** What was asked for, where nothing else may be answered. */
    T required() {
        return item.orElseThrow(() -> new AssertionError("refused: " + refusal.orElseThrow()));
    }

    private static String told(Throwable failure) {
        return failure instanceof CompositeException all ? all.getCauses().toString() : failure.toString();
    }
}
