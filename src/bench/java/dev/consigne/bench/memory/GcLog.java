package dev.consigne.bench.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The log of a process's collections, from which follows what it has allocated: what the heap has grown by between the end
 * of one and the beginning of the next. Exact to a mebibyte for each collection.
 */
final class GcLog {
    private static final Pattern PAUSE = Pattern.compile("Pause .* (\\d+)M->(\\d+)M\\(");

    private final Path file;

    /** @param file which is written by a process with {@link #option} */
    GcLog(Path file) {
        this.file = file.toAbsolutePath();
    }

    String option() {
        return "-Xlog:gc:file=" + file + "::filecount=0";
    }

    /** MiB allocated until the last collection, of which there should be one just before. */
    long allocated() throws IOException {
        long allocated = 0;
        long after = 0;
        for (String line : Files.readAllLines(file)) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                allocated += Long.parseLong(pause.group(1)) - after;
                after = Long.parseLong(pause.group(2));
            }
        }
        return allocated;
    }
}
