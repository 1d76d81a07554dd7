package dev.consigne.bench;

import dev.consigne.embedded.StorePair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stores a benchmark is about: embedded ones of its own, or {@code -Dbench.postgres=host:port/database} with {@code
 * -Dbench.mongodb=mongodb://…/}, as the user of {@code -Dbench.postgres.user} with {@code -Dbench.postgres.password}
 * ({@code consigne}). What is stored there stays there: they should be made for it.
 */
public final class MeasuredStores implements AutoCloseable {
    private final String folder;
    private final @Nullable StorePair embedded;
    private final Map<String, String> settings;

    private MeasuredStores(String folder, @Nullable StorePair embedded, Map<String, String> settings) {
        this.folder = folder;
        this.embedded = embedded;
        this.settings = settings;
    }

    /** @param folder of the embedded ones, below {@code target}; emptied before and after */
    public static MeasuredStores start(String folder) throws IOException {
        String postgres = Setting.text("postgres", "");
        String mongo = Setting.text("mongodb", "");
        if (postgres.isEmpty() != mongo.isEmpty()) {
            throw new IllegalArgumentException("-Dbench.postgres and -Dbench.mongodb belong together");
        }
        if (postgres.isEmpty()) {
            remove(folder);
            StorePair pair = StorePair.start(folder);
            return new MeasuredStores(folder, pair, pair.settings());
        }
        return new MeasuredStores(
                folder,
                null,
                StorePair.settings(
                        postgres,
                        Setting.text("postgres.user", "consigne"),
                        Setting.text("postgres.password", "consigne"),
                        mongo));
    }

    /** How the service finds them. */
    public Map<String, String> settings() {
        return settings;
    }

    /** The connection string of the MongoDB. */
    public String mongo() {
        return settings.get(StorePair.MONGO);
    }

    /** Of the process whose processor time is that of the document store; none if it runs elsewhere. */
    public List<Long> pids() {
        return embedded == null ? List.of() : List.of(embedded.pid());
    }

    /** For a report. */
    public static String kind() {
        return areEmbedded() ? "embedded, in a process of their own" : "as given, elsewhere";
    }

    /** Whether figures near the ceiling are about the embedded server. */
    public static boolean areEmbedded() {
        return Setting.text("postgres", "").isEmpty();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (embedded != null) {
            embedded.close();
            remove(folder);
        }
    }

    /** Their files never shrink. */
    private static void remove(String name) throws IOException {
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
