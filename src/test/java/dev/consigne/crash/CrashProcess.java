package dev.consigne.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.embedded.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@link CrashMain} as the test sees it, and the proof that it died where it should. */
final class CrashProcess implements AutoCloseable {
    static final String DONE = "done";

    private static final int PATIENCE_SECONDS = 60;
    private static final List<String> SMALL =
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-Xshare:auto", "-Dslf4j.internal.verbosity=ERROR");

    private static volatile List<String> options = SMALL;

    private final Process process;
    private final Orders orders;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<String, CompletableFuture<String>> steps = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> silent = new CompletableFuture<>();

    private CrashProcess(Process process, Orders orders) {
        this.process = process;
        this.orders = orders;
        Thread reader = new Thread(this::read, "words of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static CrashProcess start(int postgresPort, int mongoPort, Orders orders) throws IOException {
        String[] arguments = arguments(postgresPort, mongoPort, orders);
        return new CrashProcess(Jvm.start(CrashMain.class, options, arguments), orders);
    }

    /** Makes the processes to come start faster, by having one work to its end; leaves a file in the stores. */
    static void rehearse(int postgresPort, int mongoPort) throws IOException, InterruptedException {
        Orders rehearsal = Orders.store("rehearsal", WiredService.CHUNK, Halt.NOWHERE);
        options = Stream.concat(
                        SMALL.stream(),
                        SharedClasses.archive(SMALL, arguments(postgresPort, mongoPort, rehearsal)).stream())
                .toList();
    }

    private static String[] arguments(int postgresPort, int mongoPort, Orders orders) {
        List<String> ports = List.of(String.valueOf(postgresPort), String.valueOf(mongoPort));
        return Stream.concat(ports.stream(), orders.arguments().stream()).toArray(String[]::new);
    }

    long pid() {
        return process.pid();
    }

    /** The content id with which it came to the step first; it may go on from there. */
    String awaitStep(String step) throws Exception {
        return step(step).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Requires that it halts itself where it was told to. */
    void requireHalted() throws Exception {
        String lastWords =
                "halting at " + orders.halt().place() + " " + orders.halt().nth();
        assertThat(exitCode()).as("%s", this).isEqualTo(Halt.EXIT_CODE);
        assertThat(said).as("%s", this).endsWith(lastWords);
    }

    /** Kills it, and requires that it was still at work. */
    void kill() throws Exception {
        process.destroyForcibly();
        assertThat(exitCode()).as("%s", this).isEqualTo(Halt.EXIT_CODE);
        assertThat(said).as("%s", this).doesNotContain(DONE);
    }

    /** Requires that it does its deed and ends. */
    void requireDone() throws Exception {
        assertThat(exitCode()).as("%s", this).isZero();
        assertThat(said).as("%s", this).endsWith(DONE);
    }

    private int exitCode() throws Exception {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running: " + this);
        }
        silent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return process.exitValue();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                String[] words = line.split(" ", -1);
                if (words[0].equals("at")) {
                    step(words[1]).complete(words[2]);
                }
            }
        } catch (IOException end) {
            said.add("(" + end.getMessage() + ")");
        }
        silent.complete(null);
    }

    private CompletableFuture<String> step(String name) {
        return steps.computeIfAbsent(name, unknown -> new CompletableFuture<>());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return orders + " said " + said;
    }
}
