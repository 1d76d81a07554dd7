package dev.consigne.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What several clients did to one name at the same time, and whether one name in one place could have answered so:
 * whether every call can be given an instant between its beginning and its end at which it happened at once, so that
 * every read finds what was written last (linearizability; the search of Wing and Gong, with Lowe's memory of dead ends).
 *
 * <p>For some hundred calls of up to a dozen clients: the search may be exponential in the number of clients.
 */
record RegisterHistory(List<Call> calls) {
    /** What a call did to the name, or found there. */
    enum Kind {
        WRITE,
        READ
    }

    /**
     * One call, from just before it was sent until just after it was answered, in nanoseconds of one clock.
     *
     * @param value what was written or read: a value of its own for every write, empty for a deleted or missing file
     * @param complete {@link Long#MAX_VALUE} if there was no answer: then it may have happened at any time, or not at all
     */
    record Call(int client, Kind kind, Optional<String> value, long begin, long complete) {
        boolean isAnswered() {
            return complete != Long.MAX_VALUE;
        }

        @Override
        public String toString() {
            return "client " + client + " " + (kind == Kind.READ ? "reads " : "writes ") + value.orElse("nothing")
                    + " in [" + begin + ", " + (isAnswered() ? complete : "…") + "]";
        }
    }

    /** What has happened so far, and what the name means then: whatever led there, what follows is the same. */
    private record Place(BitSet done, Optional<String> value) {
        Place and(int call, Optional<String> after) {
            BitSet more = (BitSet) done.clone();
            more.set(call);
            return new Place(more, after);
        }
    }

    RegisterHistory {
        calls = calls.stream().sorted(Comparator.comparingLong(Call::begin)).toList();
    }

    /** The calls that cannot be explained: none if all can. Otherwise those next in turn where the search came furthest. */
    List<Call> contradiction() {
        Set<Place> seen = new HashSet<>();
        Deque<Place> open = new ArrayDeque<>();
        BitSet furthest = new BitSet();
        open.push(new Place(furthest, Optional.empty()));
        while (!open.isEmpty()) {
            Place place = open.pop();
            if (place.done().cardinality() > furthest.cardinality()) {
                furthest = place.done();
            }
            List<Integer> next = inTurn(place.done());
            if (next.stream().noneMatch(call -> calls.get(call).isAnswered())) {
                return List.of(); // what is left was not answered, and need not have happened
            }
            next(place, next).filter(seen::add).forEach(open::push);
        }
        return inTurn(furthest).stream().map(calls::get).toList();
    }

    /** A read that finds what is there changes nothing for the others: if there is one, nothing else need be tried. */
    private Stream<Place> next(Place place, List<Integer> inTurn) {
        Optional<Integer> read = inTurn.stream()
                .filter(call -> calls.get(call).kind() == Kind.READ
                        && calls.get(call).value().equals(place.value()))
                .findFirst();
        return read.isPresent()
                ? Stream.of(place.and(read.get(), place.value()))
                : inTurn.stream()
                        .filter(call -> calls.get(call).kind() == Kind.WRITE)
                        .map(call -> place.and(call, calls.get(call).value()));
    }

    /** Calls that may be next: those begun before any that is still to come was answered. */
    private List<Integer> inTurn(BitSet done) {
        List<Integer> inTurn = new ArrayList<>();
        long firstEnd = Long.MAX_VALUE;
        for (int i = done.nextClearBit(0);
                i < calls.size() && calls.get(i).begin() <= firstEnd;
                i = done.nextClearBit(i + 1)) {
            inTurn.add(i);
            firstEnd = Math.min(firstEnd, calls.get(i).complete());
        }
        return inTurn;
    }
}
