package dev.consigne.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs one program of PostgreSQL, in an environment without the settings of the user. */
final class PostgresProgram {

    private PostgresProgram() {}

    /** The process of the program itself, with standard error in its standard output. */
    static Process start(PostgresBinaries binaries, String name, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "--user")); // it refuses root: a namespace makes us somebody else
        }
        command.add(binaries.program(name).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(key -> key.startsWith("PG") || key.startsWith("LC_"));
        environment.put("LC_ALL", "C");
        environment.put("TZ", "UTC");
        return builder.start();
    }

    /**
     * Runs a program to its end.
     *
     * @param input goes to its standard input
     * @return its exit code
     */
    static int run(PostgresBinaries binaries, String name, List<String> arguments, String input) throws IOException {
        Process process = start(binaries, name, arguments);
        try (var standardInput = process.outputWriter(UTF_8)) {
            standardInput.write(input);
        }
        process.inputReader(UTF_8).lines().forEach(line -> System.err.println(name + ": " + line));
        try {
            return process.waitFor();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + name + " ran", hurry);
        }
    }
}
