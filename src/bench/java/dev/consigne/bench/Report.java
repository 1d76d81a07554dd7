package dev.consigne.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, for machines and for people: {@code target/bench/NAME.json} and {@code NAME.md}. */
public final class Report {
    private static final Path FOLDER = Path.of("target", "bench");

    private final String name;
    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final List<Object> rows = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();

    /** @param title a line for people */
    public Report(String name, String title) {
        this.name = name;
        lines.add("# " + title);
        lines.add("");
        fact("begun", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        fact("java", Runtime.version().toString());
        fact("cores", Runtime.getRuntime().availableProcessors());
        fact("load of the machine", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** Something that holds for all rows. */
    public Report fact(String what, Object value) {
        facts.put(what, value);
        lines.add("- " + what + ": " + value);
        return this;
    }

    /** Begins the table for people. */
    public Report columns(String... names) {
        lines.add("");
        lines.add("| " + String.join(" | ", names) + " |");
        lines.add("| --- ".repeat(names.length) + "|");
        return this;
    }

    /**
     * Adds a row and writes what there is, so that nothing is lost if a later one fails.
     *
     * @param row as machines want it
     * @param cells of the table, as people want them
     */
    public void row(Object row, Object... cells) throws IOException {
        rows.add(row);
        List<String> texts = new ArrayList<>();
        for (Object cell : cells) {
            texts.add(cell instanceof Double number ? "%.2f".formatted(number) : cell.toString());
        }
        lines.add("| " + String.join(" | ", texts) + " |");
        System.out.println(lines.get(lines.size() - 1));
        write();
    }

    /** Words below the table. */
    public void note(String words) throws IOException {
        if (!lines.get(lines.size() - 1).isEmpty()) {
            lines.add("");
        }
        lines.add(words);
        write();
    }

    private void write() throws IOException {
        Files.createDirectories(FOLDER);
        Files.write(FOLDER.resolve(name + ".md"), lines);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(FOLDER.resolve(name + ".json").toFile(), Map.of("facts", facts, "rows", rows));
    }

    /** Whole mebibytes, for the table. */
    public static String mebibytes(long bytes) {
        return Long.toString((bytes + (1 << 19)) >> 20);
    }
}
