package dev.consigne.artefact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How commands of an image are run without an engine: as much like one as this machine lets us.
 *
 * @param complete in a root of its own that cannot be written, as the image's user, without capabilities; otherwise the
 *     files are where they were laid out, and protected by their permissions and by us being nobody special
 * @param lacks why it is not complete
 */
record Confinement(LaidOutImage image, boolean complete, String lacks) {
    private static final Path SCRIPT = Path.of("src/test/resources/image/as-image.sh");
    private static final long MINUTES = 2;
    private static final String JAVA = System.getProperty("java.home");

    /** What it said until it ended. */
    record Ended(int exit, String output) {}

    /** Finds out what can be had. */
    static Confinement of(LaidOutImage image) throws IOException, InterruptedException {
        Confinement complete = new Confinement(image, true, "");
        try {
            Ended tried = complete.run(List.of("true"), Map.of());
            return tried.exit() == 0 ? complete : new Confinement(image, false, tried.output());
        } catch (IOException noSuchProgram) {
            return new Confinement(image, false, noSuchProgram.getMessage());
        }
    }

    /** Of the image's user. */
    Ended run(List<String> command, Map<String, String> settings) throws IOException, InterruptedException {
        return ended(builder(image.user(), command, settings));
    }

    /** Of root, while the image is built. */
    Ended build(List<String> command, Map<String, String> settings) throws IOException, InterruptedException {
        return ended(builder("0", command, settings));
    }

    /** What the image's ENTRYPOINT starts with these arguments. */
    ProcessBuilder start(List<String> arguments, Map<String, String> settings) {
        List<String> command = new ArrayList<>(image.entrypoint());
        command.addAll(arguments);
        return builder(image.user(), command, settings);
    }

    /** Where the process finds a path of the image. */
    String seen(String path) {
        return complete ? path : path.replace("/app/", image.root().toAbsolutePath() + "/app/");
    }

    private ProcessBuilder builder(String user, List<String> command, Map<String, String> settings) {
        Path root = image.root().toAbsolutePath();
        List<String> words = new ArrayList<>();
        Map<String, String> environment = new HashMap<>(image.environment());
        environment.put("PATH", JAVA + "/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        environment.putAll(settings);
        if (complete) {
            words.addAll(
                    List.of("unshare", "--mount", "sh", SCRIPT.toAbsolutePath().toString(), root.toString()));
            words.addAll(List.of(image.directory().toString(), user, JAVA));
            words.addAll(command);
        } else {
            command.forEach(word -> words.add(seen(word)));
            environment.merge(
                    "JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + root.resolve("tmp"), (given, own) -> given + " " + own);
        }
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    private static Ended ended(ProcessBuilder builder) throws IOException, InterruptedException {
        Path output = Files.createTempFile("image", ".log");
        try {
            Process process = builder.redirectOutput(output.toFile()).start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IllegalStateException("still running: " + Files.readString(output, UTF_8));
            }
            return new Ended(process.exitValue(), Files.readString(output, UTF_8));
        } finally {
            Files.delete(output);
        }
    }
}
