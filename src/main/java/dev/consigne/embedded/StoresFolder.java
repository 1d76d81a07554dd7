package dev.consigne.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The one folder of the data, the programs and the log of the embedded stores. */
record StoresFolder(Path path) {

    private static final int LAST_WORDS = 15; // lines
    private static final String EXPLANATION = """
            The embedded stores of Consigne in dev and test mode: PostgreSQL in postgres/, documents in mongo/,
            what both said since their last start in stores.log.
            The data is kept between runs. To begin anew, stop the service and delete this folder.
            """;

    /** Makes the folder if need be, with a text that says what it is. */
    void create() throws IOException {
        Files.createDirectories(path);
        Files.writeString(path.resolve("README.txt"), EXPLANATION);
    }

    Path log() {
        return path.resolve("stores.log");
    }

    /** The end of the log, for a message about a failure. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
