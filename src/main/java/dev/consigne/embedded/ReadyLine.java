package dev.consigne.embedded;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one line by which the process of the stores says that they can be used.
 *
 * @param postgresPort on 127.0.0.1, 0 if PostgreSQL was not asked for
 * @param mongoPort on 127.0.0.1, 0 if the document store was not asked for
 */
record ReadyLine(int postgresPort, int mongoPort) {

    private static final Pattern FORM = Pattern.compile("stores ready postgres=(\\d+) mongo=(\\d+)");
    private static final String FAILED = "stores failed ";

    /**
     * @throws IllegalStateException with the message of the process if it failed, or with the line if it is another
     */
    static ReadyLine parse(String line) {
        Matcher ready = FORM.matcher(line);
        if (ready.matches()) {
            return new ReadyLine(Integer.parseInt(ready.group(1)), Integer.parseInt(ready.group(2)));
        }
        throw new IllegalStateException(line.startsWith(FAILED) ? line.substring(FAILED.length()) : line);
    }

    static String failed(String message) {
        return FAILED + message.replaceAll("\\R", " | ");
    }

    @Override
    public String toString() {
        return "stores ready postgres=" + postgresPort + " mongo=" + mongoPort;
    }
}
