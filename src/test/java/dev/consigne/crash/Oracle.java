package dev.consigne.crash;

import dev.consigne.crash.Census.ContentRow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What must be true of both stores, whatever was done to the processes between them. Says what is not. */
final class Oracle {
    private final Census census;

    Oracle(Census census) {
        this.census = census;
    }

    /** At any moment at which nobody is at work. */
    List<String> findings() {
        return Stream.of(unknownToTheCatalog(), falseRows())
                .flatMap(List::stream)
                .toList();
    }

    /** When all delays are over: nothing but whole files, and nothing of anything else in either store. */
    static List<String> findingsAtRest(CrashStores stores) {
        Census census = stores.census();
        List<String> findings = new ArrayList<>(new Oracle(census).findings());
        census.rows().stream()
                .filter(row -> !row.state().equals("LIVE"))
                .forEach(row -> findings.add(row + " is still there"));
        stores.service().fsck().run().forEach(finding -> findings.add("fsck: " + finding));
        return findings;
    }

    /** Nothing is in the chunk store that the catalog does not know: it could never be removed by the row. */
    private List<String> unknownToTheCatalog() {
        List<UUID> known = census.rows().stream().map(ContentRow::id).toList();
        TreeSet<UUID> inMongo = new TreeSet<>(census.chunks().keySet());
        inMongo.addAll(census.manifests().keySet());
        return inMongo.stream()
                .filter(id -> !known.contains(id))
                .map(id -> id + " is in the chunk store and not in the catalog")
                .toList();
    }

    private List<String> falseRows() {
        return census.rows().stream().flatMap(this::falsehoods).toList();
    }

    private Stream<String> falsehoods(ContentRow row) {
        return switch (row.state()) {
            case "LIVE" -> Stream.concat(incomplete(row), names(row, 1));
            case "TOMBSTONED", "SUSPECT" -> Stream.concat(incomplete(row), names(row, 0));
            case "PENDING", "ABORTING" -> names(row, 0);
            case "PURGED" -> Stream.concat(leftovers(row), names(row, 0));
            default -> Stream.of(row + " is in a state nobody should see");
        };
    }

    private Stream<String> names(ContentRow row, long expected) {
        return row.files() == expected ? Stream.empty() : Stream.of(row + " has not " + expected + " names");
    }

    /** A row that was never published does not say how many chunks there are; its manifest does. */
    private Stream<String> incomplete(ContentRow row) {
        boolean published = !row.state().equals("SUSPECT");
        TreeSet<Integer> expected =
                IntStream.range(0, row.chunkCount()).boxed().collect(Collectors.toCollection(TreeSet::new));
        Stream<String> unsealed = census.sealed(row.id()) ? Stream.empty() : Stream.of(row + " has no manifest");
        Stream<String> missing = !published || census.chunksOf(row.id()).equals(expected)
                ? Stream.empty()
                : Stream.of(row + " has chunks " + census.chunksOf(row.id()));
        return Stream.concat(unsealed, missing);
    }

    private Stream<String> leftovers(ContentRow row) {
        return census.announced(row.id()) || !census.chunksOf(row.id()).isEmpty()
                ? Stream.of(row + " has chunks " + census.chunksOf(row.id()) + " or a manifest")
                : Stream.empty();
    }
}
