package dev.consigne.file;

import java.util.List;

/**
 * The states of a content, each with the moves that lead out of it: a move that is not here cannot be written, neither
 * in Java nor, by the catalog's trigger, in SQL. Which moves a process may make is decided by compare-and-swap on the row.
 */
public sealed interface ContentState {
    /** As the catalog stores it. */
    String label();

    /** Every move that leads out of this state. */
    List<Move<?>> moves();

    /**
     * One move from state to state; only the states make them.
     *
     * @param <T> the state it leads to, so that moves to different states cannot be taken for one change
     */
    final class Move<T extends ContentState> {
        private final ContentState from;
        private final T to;

        private Move(ContentState from, T to) {
            this.from = from;
            this.to = to;
        }

        public ContentState from() {
            return from;
        }

        public T to() {
            return to;
        }

        @Override
        public String toString() {
            return from.label() + " -> " + to.label();
        }
    }

    /** An upload runs, or ran and left this behind. Nothing of it can be read. */
    record Pending() implements ContentState {
        public Move<Live> published() {
            return new Move<>(this, ContentStates.LIVE);
        }

        /** The upload failed, or its lease lapsed before it was complete. */
        public Move<Aborting> givenUp() {
            return new Move<>(this, ContentStates.ABORTING);
        }

        /** The lease lapsed after the manifest was written: perhaps it was published on a primary that is gone. */
        public Move<Suspect> suspected() {
            return new Move<>(this, ContentStates.SUSPECT);
        }

        @Override
        public String label() {
            return "PENDING";
        }

        @Override
        public List<Move<?>> moves() {
            return List.of(published(), givenUp(), suspected());
        }
    }

    /** Published: its bytes are what a file's name means. */
    record Live() implements ContentState {
        public Move<Damaged> foundDamaged() {
            return new Move<>(this, ContentStates.DAMAGED);
        }

        /** Replaced or deleted. */
        public Move<Tombstoned> released() {
            return new Move<>(this, ContentStates.TOMBSTONED);
        }

        @Override
        public String label() {
            return "LIVE";
        }

        @Override
        public List<Move<?>> moves() {
            return List.of(foundDamaged(), released());
        }
    }

    /** Published, and chunks were found missing or wrong: it is not served. */
    record Damaged() implements ContentState {
        /** Every byte was read and is right: the store that was put back has been put forward again. */
        public Move<Live> healed() {
            return new Move<>(this, ContentStates.LIVE);
        }

        /** Replaced or deleted. */
        public Move<Tombstoned> released() {
            return new Move<>(this, ContentStates.TOMBSTONED);
        }

        @Override
        public String label() {
            return "DAMAGED";
        }

        @Override
        public List<Move<?>> moves() {
            return List.of(healed(), released());
        }
    }

    /** No file refers to it; open downloads may. Kept for the retention. */
    record Tombstoned() implements ContentState {
        public Move<Purging> claimed() {
            return new Move<>(this, ContentStates.PURGING);
        }

        @Override
        public String label() {
            return "TOMBSTONED";
        }

        @Override
        public List<Move<?>> moves() {
            return List.of(claimed());
        }
    }

    /** Given up; writes on their way are given the quarantine to land. */
    record Aborting() implements ContentState {
        public Move<Purging> claimed() {
            return new Move<>(this, ContentStates.PURGING);
        }

        @Override
        public String label() {
            return "ABORTING";
        }

        @Override
        public List<Move<?>> moves() {
            return List.of(claimed());
        }
    }

    /** Complete in MongoDB and not published as far as this catalog knows; kept and shown, then removed. */
    record Suspect() implements ContentState {
        /** Somebody looked at it and made it a file. */
        public Move<Live> adopted() {
            return new Move<>(this, ContentStates.LIVE);
        }

        public Move<Purging> claimed() {
            return new Move<>(this, ContentStates.PURGING);
        }

        @Override
        public String label() {
            return "SUSPECT";
        }

        @Override
        public List<Move<?>> moves() {
            return List.of(adopted(), claimed());
        }
    }

    /** A collector removes its chunks, or did until it died. */
    record Purging() implements ContentState {
        public Move<Purged> emptied() {
            return new Move<>(this, ContentStates.PURGED);
        }

        /** The claim of another collector lapsed: the state stays, the fence changes. */
        public Move<Purging> claimedAgain() {
            return new Move<>(this, ContentStates.PURGING);
        }

        @Override
        public String label() {
            return "PURGING";
        }

        @Override
        public List<Move<?>> moves() {
            return List.of(emptied(), claimedAgain());
        }
    }

    /** Its chunks were removed; the row stays until they have been swept once more. */
    record Purged() implements ContentState {
        /** For the last sweep: the state stays, the fence changes. */
        public Move<Purged> claimedForLastSweep() {
            return new Move<>(this, ContentStates.PURGED);
        }

        @Override
        public String label() {
            return "PURGED";
        }

        @Override
        public List<Move<?>> moves() {
            return List.of(claimedForLastSweep());
        }
    }
}
