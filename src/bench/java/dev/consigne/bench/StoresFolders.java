package dev.consigne.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The folders below {@code target} in which the embedded stores keep what a benchmark has stored. */
public final class StoresFolders {
    private StoresFolders() {}

    /** Removes one, if it is there: its files never shrink. */
    public static void remove(String name) throws IOException {
        Path folder = Path.of("target", name);
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
