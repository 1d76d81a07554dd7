package dev.consigne.model;

import dev.consigne.file.FileId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What the service should be: a map that keeps what it is told to keep. After an answer that left the outcome open, there
 * are several maps it may be, until the first look at it decides.
 */
final class Model {
    private Set<Holdings> allowed;

    Model(Keeping keeping) {
        allowed = Set.of(new Holdings(List.of(), keeping, Duration.ZERO));
    }

    /** What the service holds; only to be asked after a look at it. */
    Holdings held() {
        if (allowed.size() != 1) {
            throw new IllegalStateException("nobody has looked at it: " + allowed);
        }
        return allowed.iterator().next();
    }

    /** What the name means; only to be asked after a look at it. */
    Optional<Version> current(String name) {
        return held().at(name).map(life -> life.generations().get(0).version());
    }

    /** Names that mean something, in order. */
    List<String> present() {
        return held().lives().stream()
                .filter(life -> life.now().isPresent())
                .map(Life::name)
                .sorted()
                .toList();
    }

    /** What the name means once these bytes are stored under it. */
    Version next(String name, Payload bytes) {
        Life stored = held().stored(name, bytes).at(name).orElseThrow();
        return stored.generations().get(0).version();
    }

    void stored(String name, Payload bytes) {
        happened(held -> held.stored(name, bytes));
    }

    void deleted(String name) {
        happened(held -> held.deleted(name));
    }

    void happened(UnaryOperator<Holdings> change) {
        allowed = Set.of(change.apply(held()));
    }

    /** It happened or not, but one of the two. */
    void mayHaveHappened(UnaryOperator<Holdings> change) {
        allowed = new LinkedHashSet<>(List.of(held(), change.apply(held())));
    }

    /** Every file somebody has seen, whatever became of it. */
    Set<FileId> known() {
        return allowed.stream()
                .flatMap(held -> held.lives().stream())
                .flatMap(life -> life.id().stream())
                .collect(Collectors.toSet());
    }

    /** Fails if the service cannot hold this; from now on it holds nothing else. */
    void seen(Seen seen) {
        Holdings held = allowed.stream()
                .flatMap(one -> one.ifSeen(seen).stream())
                .findFirst()
                .orElseThrow(() -> new AssertionError("it is " + seen + ", but should be "
                        + allowed.stream().map(Holdings::toString).collect(Collectors.joining(" or "))));
        allowed = Set.of(held);
    }
}
