package dev.consigne.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of a pair of stores that does not run: copies of them are taken and put back, of each store for itself. */
final class StoppedStores {
    static final Path POSTGRES = Path.of("postgres", "data");
    static final Path MONGO = Path.of("mongo");

    private final Path folder;
    private final Path copies;

    StoppedStores(String name) {
        this.folder = Path.of("target", name).toAbsolutePath();
        this.copies = Path.of("target", name + "-copies").toAbsolutePath();
    }

    /** Neither data nor copies; the unpacked programs stay. */
    void beginAnew() throws IOException {
        remove(folder.resolve(POSTGRES));
        remove(folder.resolve(MONGO));
        remove(copies);
    }

    void removeCopies() throws IOException {
        remove(copies);
    }

    /** Keeps both as they are now under the name. */
    void keep(String point) throws IOException {
        for (Path store : List.of(POSTGRES, MONGO)) {
            copy(folder.resolve(store), copies.resolve(point).resolve(store));
        }
    }

    /** Puts one store back to what was kept under the name. */
    void putBack(Path store, String point) throws IOException {
        remove(folder.resolve(store));
        copy(copies.resolve(point).resolve(store), folder.resolve(store));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                // PostgreSQL does not start on a folder that others may read
                Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
