package dev.consigne.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.consigne.embedded.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The libraries' classes, loaded and verified once and kept in a file: a process starts in half the time with it. */
final class SharedClasses {
    private static final Path FOLDER = Path.of("target", "crash-classes").toAbsolutePath();
    private static final int PATIENCE_SECONDS = 120;

    private SharedClasses() {}

    /**
     * Options for a process that is like those to come, and for them: the archive, made now unless an earlier run did for
     * the same libraries.
     *
     * @param options of the processes to come
     * @param training what one of them does, to the end
     */
    static List<String> archive(List<String> options, String... training) throws IOException, InterruptedException {
        Path archive = FOLDER.resolve(keyOf(options) + ".jsa");
        if (!Files.exists(archive)) {
            Files.createDirectories(FOLDER);
            Path list = FOLDER.resolve("classes.list");
            Path made = FOLDER.resolve("new.jsa");
            require(Jvm.start(CrashMain.class, with(options, "-XX:DumpLoadedClassList=" + list), training));
            require(Jvm.startWithLibraries(with(
                    options,
                    "-Xshare:dump",
                    "-Xlog:cds=off",
                    "-XX:SharedClassListFile=" + list,
                    "-XX:SharedArchiveFile=" + made)));
            Files.move(made, archive);
        }
        return List.of("-XX:SharedArchiveFile=" + archive);
    }

    /** Another class path, or another JVM, needs another archive; with the wrong one a process would start without. */
    private static String keyOf(List<String> options) {
        String key = Runtime.version() + Jvm.libraries() + options;
        return UUID.nameUUIDFromBytes(key.getBytes(UTF_8)).toString();
    }

    private static List<String> with(List<String> options, String... more) {
        return new ArrayList<>(Stream.concat(options.stream(), Stream.of(more)).toList());
    }

    private static void require(Process process) throws InterruptedException, IOException {
        process.inputReader(UTF_8).lines().forEach(line -> {}); // or it would wait for a reader
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("no archive of classes could be made: " + process.info());
        }
    }
}
