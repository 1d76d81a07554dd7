package dev.consigne.job;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** The marks of both stores, each step of which happens when its caller's gate lets it. */
final class InMemoryMarks {
    State state = new State(0, 0, Optional.empty(), 0);
    Instant clock = Instant.EPOCH;

    /** Lets a step happen at once, later, or never. */
    interface Gate {
        Gate OPEN = new Gate() {
            @Override
            public <T> Uni<T> at(Supplier<T> step) {
                return Uni.createFrom().item(step);
            }
        };

        <T> Uni<T> at(Supplier<T> step);
    }

    /** @param chunks MongoDB's mark */
    record State(long begun, long done, Optional<String> held, long chunks) {
        State withCatalogOf(State other) {
            return new State(other.begun, other.done, other.held, chunks);
        }

        State withChunksOf(State other) {
            return new State(begun, done, held, other.chunks);
        }
    }

    StoreMarks.OfCatalog catalog(Gate gate) {
        return new Catalog(gate);
    }

    StoreMarks.OfChunks chunks(Gate gate) {
        return new Chunks(gate);
    }

    private final class Catalog implements StoreMarks.OfCatalog {
        private final Gate gate;

        Catalog(Gate gate) {
            this.gate = gate;
        }

        @Override
        public Uni<StoreMarks.Marks> read() {
            return gate.at(() -> new StoreMarks.Marks(state.begun, state.done, state.held, clock));
        }

        @Override
        public Uni<Long> begin() {
            return gate.at(() -> {
                state = new State(state.begun + 1, state.done, state.held, state.chunks);
                return state.begun;
            });
        }

        @Override
        public Uni<Void> done(long number) {
            return gate.at(() -> {
                state = new State(state.begun, Math.max(state.done, number), state.held, state.chunks);
                return null;
            });
        }

        /** At once: who is stopped before it was about to hold all the same. */
        @Override
        public Uni<Void> hold(String reason) {
            return holding(state.held.or(() -> Optional.of(reason)), Gate.OPEN);
        }

        @Override
        public Uni<Void> release() {
            return holding(Optional.empty(), gate);
        }

        private Uni<Void> holding(Optional<String> held, Gate when) {
            return when.at(() -> {
                state = new State(state.begun, state.done, held, state.chunks);
                return null;
            });
        }
    }

    private final class Chunks implements StoreMarks.OfChunks {
        private final Gate gate;

        Chunks(Gate gate) {
            this.gate = gate;
        }

        @Override
        public Uni<Long> readMark() {
            return gate.at(() -> state.chunks);
        }

        @Override
        public Uni<Void> writeMark(long number, boolean back) {
            return gate.at(() -> {
                state = new State(state.begun, state.done, state.held, back ? number : Math.max(state.chunks, number));
                return null;
            });
        }
    }
}
