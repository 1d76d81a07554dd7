package dev.consigne.model;

import dev.consigne.file.FileId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What one file is and was. Never changes: each change makes another.
 *
 * @param id once somebody has seen it
 * @param name that it has or, if it is deleted, had
 * @param now its bytes; empty: it is deleted
 * @param last the greatest generation it ever had, which is never given again
 * @param past the generations that are kept beside it
 */
record Life(Optional<FileId> id, String name, Optional<Payload> now, long last, SortedMap<Long, Past> past) {
    static Life begun(String name, Payload bytes) {
        return new Life(Optional.empty(), name, Optional.of(bytes), 1, Collections.emptySortedMap());
    }

    /** Replaced, or brought back. */
    Life next(Payload bytes, Keeping keeping, Duration time) {
        return new Life(id, name, Optional.of(bytes), last + 1, ended(false, keeping, time));
    }

    Life deleted(Keeping keeping, Duration time) {
        return new Life(id, name, Optional.empty(), last, ended(true, keeping, time));
    }

    Life named(String newName) {
        return new Life(id, newName, now, last, past);
    }

    Life seenAs(FileId seen) {
        return new Life(Optional.of(seen), name, now, last, past);
    }

    Life without(long generation) {
        return remaining(number -> number != generation);
    }

    Life withoutPast() {
        return remaining(number -> false);
    }

    Life afterExpiry(Duration time) {
        return remaining(number -> !past.get(number).isOver(time));
    }

    /** Only with what it was deleted with, so that no generation is ever given twice. */
    boolean canComeBack() {
        return now.isEmpty() && past.containsKey(last);
    }

    /** The bytes of a generation that is kept, the current one included. */
    Optional<Payload> bytes(long generation) {
        return generation == last && now.isPresent()
                ? now
                : Optional.ofNullable(past.get(generation)).map(Past::bytes);
    }

    /** As a look would find it. */
    List<Seen.Generation> generations() {
        List<Seen.Generation> all = new ArrayList<>();
        now.ifPresent(bytes -> all.add(new Seen.Generation(bytes.asGeneration(last), true, false)));
        List<Long> numbers = new ArrayList<>(past.keySet());
        Collections.reverse(numbers);
        for (long number : numbers) {
            Past was = past.get(number);
            all.add(new Seen.Generation(was.bytes().asGeneration(number), false, was.deleted()));
        }
        return all;
    }

    private SortedMap<Long, Past> ended(boolean deleted, Keeping keeping, Duration time) {
        SortedMap<Long, Past> kept = new TreeMap<>(past);
        if (now.isEmpty()) { // it comes back, and from nothing a second time
            kept.replaceAll((number, was) -> new Past(was.bytes(), false, was.over()));
        }
        if (keeping.versions()) {
            now.ifPresent(bytes ->
                    kept.put(last, new Past(bytes, deleted, keeping.retention().map(time::plus))));
        }
        return kept;
    }

    private Life remaining(Predicate<Long> stays) {
        SortedMap<Long, Past> kept = new TreeMap<>(past);
        kept.keySet().removeIf(stays.negate());
        return new Life(id, name, now, last, kept);
    }
}
