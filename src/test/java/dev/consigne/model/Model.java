package dev.consigne.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the service should be: a map. After an answer that left the outcome open, a name has several meanings until the
 * first look at it decides.
 */
final class Model {
    private static final Set<Optional<Version>> NOTHING = Set.of(Optional.empty());

    private final SortedMap<String, Set<Optional<Version>>> names = new TreeMap<>();

    /** What the name means; only to be asked after a look at it. */
    Optional<Version> current(String name) {
        Set<Optional<Version>> allowed = allowed(name);
        if (allowed.size() != 1) {
            throw new IllegalStateException("nobody has looked at " + name + ": " + allowed);
        }
        return allowed.iterator().next();
    }

    /** Names that mean something, in order. */
    List<String> present() {
        return names.keySet().stream().filter(name -> current(name).isPresent()).toList();
    }

    /** What the name means once these bytes are stored under it. */
    Version next(String name, Payload bytes) {
        return bytes.asGeneration(1 + current(name).map(Version::generation).orElse(0L));
    }

    void stored(String name, Payload bytes) {
        names.put(name, Set.of(Optional.of(next(name, bytes))));
    }

    /** Stored or not, but one of the two. */
    void mayBeStored(String name, Payload bytes) {
        names.put(name, Set.of(current(name), Optional.of(next(name, bytes))));
    }

    void deleted(String name) {
        names.put(name, NOTHING);
    }

    /** Deleted or not, but one of the two. */
    void mayBeDeleted(String name) {
        if (current(name).isPresent()) {
            names.put(name, Set.of(current(name), Optional.empty()));
        }
    }

    /** Fails if the name cannot mean this; from now on it means nothing else. */
    void seen(String name, Optional<Version> found) {
        Set<Optional<Version>> allowed = allowed(name);
        if (!allowed.contains(found)) {
            throw new AssertionError(name + " is " + told(found) + ", but should be "
                    + String.join(" or ", allowed.stream().map(Model::told).toList()));
        }
        names.put(name, Set.of(found));
    }

    private Set<Optional<Version>> allowed(String name) {
        return names.getOrDefault(name, NOTHING);
    }

    private static String told(Optional<Version> version) {
        return version.map(Version::toString).orElse("nothing");
    }
}
