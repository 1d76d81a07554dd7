package dev.consigne.model;

import dev.consigne.file.FileId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything the service should hold at one moment. Never changes: each change makes another.
 *
 * @param lives every file there ever was, those changed last at the end
 * @param time that has passed
 */
record Holdings(List<Life> lives, Keeping keeping, Duration time) {
    /** The file that has the name. */
    Optional<Life> at(String name) {
        return lives.stream()
                .filter(life -> life.now().isPresent() && life.name().equals(name))
                .findFirst();
    }

    /** The file that storing the name would bring back. */
    private Optional<Life> gone(String name) {
        return lives.stream()
                .filter(life -> life.canComeBack() && life.name().equals(name))
                .reduce((earlier, later) -> later);
    }

    Holdings stored(String name, Payload bytes) {
        return at(name).or(() -> gone(name))
                .map(life -> with(life, life.next(bytes, keeping, time)))
                .orElseGet(() -> with(Life.begun(name, bytes)));
    }

    Holdings copied(String from, String to) {
        return stored(to, at(from).orElseThrow().now().orElseThrow());
    }

    Holdings moved(String from, String to) {
        Life life = at(from).orElseThrow();
        return with(life, life.named(to));
    }

    Holdings deleted(String name) {
        return at(name).map(life -> with(life, life.deleted(keeping, time))).orElse(this);
    }

    Holdings restored(Life life, long generation) {
        return with(life, life.next(life.bytes(generation).orElseThrow(), keeping, time));
    }

    Holdings givenUp(Life life, long generation) {
        return with(life, life.without(generation));
    }

    Holdings afterExpiry() {
        return new Holdings(lives.stream().map(life -> life.afterExpiry(time)).toList(), keeping, time);
    }

    Holdings withoutPast() {
        return new Holdings(lives.stream().map(Life::withoutPast).toList(), keeping, time);
    }

    Holdings after(Duration more) {
        return new Holdings(lives, keeping, time.plus(more));
    }

    Holdings keeping(Keeping other) {
        return new Holdings(lives, other, time);
    }

    /** Contents that something refers to: copies and what was restored share theirs. */
    int contents() {
        Set<Payload> bytes = new HashSet<>();
        for (Life life : lives) {
            life.now().ifPresent(bytes::add);
            life.past().values().forEach(past -> bytes.add(past.bytes()));
        }
        return bytes.size();
    }

    /** These, with the ids of those that had none, if what was seen is exactly this. */
    Optional<Holdings> ifSeen(Seen seen) {
        List<Life> known = new ArrayList<>();
        Set<FileId> ids = new HashSet<>();
        for (Life life : lives) {
            Life named = life.id().isPresent()
                    ? life
                    : Optional.ofNullable(seen.names().get(life.name()))
                            .map(file -> life.seenAs(file.id()))
                            .orElse(life);
            if (named.id().isEmpty() || !ids.add(named.id().get())) {
                return Optional.empty();
            }
            known.add(named);
        }
        Holdings told = new Holdings(known, keeping, time);
        return told.names().equals(seen.names()) && told.fits(seen) ? Optional.of(told) : Optional.empty();
    }

    private boolean fits(Seen seen) {
        return seen.past().entrySet().stream()
                .allMatch(entry -> lives.stream()
                        .filter(life -> life.id().equals(Optional.of(entry.getKey())))
                        .map(Life::generations)
                        .findFirst()
                        .orElse(List.of())
                        .equals(entry.getValue()));
    }

    private SortedMap<String, Seen.File> names() {
        SortedMap<String, Seen.File> names = new TreeMap<>();
        for (Life life : lives) {
            life.now()
                    .ifPresent(bytes -> names.put(
                            life.name(), new Seen.File(life.id().orElseThrow(), bytes.asGeneration(life.last()))));
        }
        return names;
    }

    private Holdings with(Life fresh) {
        return new Holdings(Stream.concat(lives.stream(), Stream.of(fresh)).toList(), keeping, time);
    }

    private Holdings with(Life before, Life after) {
        return new Holdings(lives.stream().filter(life -> !life.equals(before)).toList(), keeping, time).with(after);
    }

    @Override
    public String toString() {
        return lives.stream()
                .map(life ->
                        life.name() + " " + life.id().map(FileId::toString).orElse("new") + " " + life.generations())
                .toList()
                .toString();
    }
}
