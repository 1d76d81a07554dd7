package dev.consigne.artefact;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the names of one writer may mean now. After an outcome nobody knows, both the old and the new are allowed until
 * somebody sees the new one or a later write is acknowledged. One writer, one thread.
 */
final class KillModel {
    /** The number of a name that does not exist. */
    static final long ABSENT = 0;

    private final Map<String, Set<Long>> allowed = new HashMap<>();
    private final Map<String, Long> newest = new HashMap<>();

    /** The number of the next write of the name. */
    long next(String name) {
        return newest.merge(name, 1L, Long::sum);
    }

    void acknowledged(String name, long number) {
        allowed.put(name, new HashSet<>(Set.of(number)));
    }

    void unknown(String name, long number) {
        allowedOf(name).add(number);
    }

    /** Whether the name may mean this; it then means nothing older any more. */
    boolean seen(String name, long number) {
        Set<Long> values = allowedOf(name);
        if (!values.contains(number)) {
            return false;
        }
        if (number == newest.getOrDefault(name, ABSENT)) {
            acknowledged(name, number);
        }
        return true;
    }

    Set<Long> allowedOf(String name) {
        return allowed.computeIfAbsent(name, absent -> new HashSet<>(Set.of(ABSENT)));
    }
}
