package dev.consigne.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.jspecify.annotations.Nullable;

/** What the process logs from now on, as the JSON that production writes, stack traces and all; until it is closed. */
public final class LogLines extends Handler implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OURS = Logger.getLogger("dev.consigne");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final @Nullable Level before = OURS.getLevel();

    private LogLines() {}

    public static LogLines kept() {
        return kept(Level.INFO);
    }

    /** @param ours what the service's own classes log at least */
    public static LogLines kept(Level ours) {
        LogLines kept = new LogLines();
        kept.setFormatter(new JsonFormatter());
        kept.setLevel(Level.ALL);
        OURS.setLevel(ours);
        ROOT.addHandler(kept);
        return kept;
    }

    /** As they were written. */
    public List<String> all() {
        return List.copyOf(lines);
    }

    /** Of this logger, parsed. */
    public List<JsonNode> of(String logger) {
        return all().stream()
                .map(LogLines::parsed)
                .filter(line -> line.path("loggerName").asText().equals(logger))
                .toList();
    }

    /** The fields of the access lines so far of the requests with this id. */
    public List<JsonNode> requests(String id) {
        return of("dev.consigne.access").stream()
                .map(line -> line.path("mdc"))
                .filter(fields -> fields.path("requestId").asText().equals(id))
                .toList();
    }

    @Override
    public void publish(LogRecord entry) {
        lines.add(getFormatter().format(entry));
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        ROOT.removeHandler(this);
        OURS.setLevel(before);
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
