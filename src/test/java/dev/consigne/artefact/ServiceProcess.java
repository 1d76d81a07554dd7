package dev.consigne.artefact;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.consigne.embedded.StorePair;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built artefact as a process: the runnable jar, or the native binary if the build made one. */
public final class ServiceProcess implements AutoCloseable {
    static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Pattern LISTENING = Pattern.compile(
            "Listening on: (http://[^ ]+)\\. Management interface listening on (http://[^ ]+?)\\.(?:\"|$)");
    private static final int START_SECONDS = 60;

    /** There is a line for each request, and some tests send a great many. */
    private static final int LINES_KEPT = 20_000;

    private final Process process;
    private final Deque<String> log = new ConcurrentLinkedDeque<>();
    private final CompletableFuture<Matcher> listening = new CompletableFuture<>();

    private ServiceProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "log of the service");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it and waits until it serves. */
    public static ServiceProcess start(StorePair stores, List<String> jvmOptions, Map<String, String> settings)
            throws Exception {
        return start(stores.settings(), jvmOptions, settings);
    }

    /** As the other {@code start}, on stores as {@link StorePair#settings()} names them. */
    public static ServiceProcess start(
            Map<String, String> stores, List<String> jvmOptions, Map<String, String> settings) throws Exception {
        return start(builder(stores, jvmOptions, settings));
    }

    /** Starts what a {@code builder} made, or a change of it, and waits until it serves. */
    public static ServiceProcess start(ProcessBuilder builder) throws Exception {
        ServiceProcess service =
                new ServiceProcess(builder.redirectErrorStream(true).start());
        service.listening.get(START_SECONDS, TimeUnit.SECONDS);
        service.awaitReady();
        return service;
    }

    /** It listens before it has found its stores, and on a busy machine that can be seen. */
    private void awaitReady() throws InterruptedException {
        HttpRequest ready =
                HttpRequest.newBuilder(management("/q/health/ready")).build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isReady(ready)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not ready: " + String.join("\n", log));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean isReady(HttpRequest ready) throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                            .send(ready, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** As the other {@code start}, of another runnable jar than the one just built. */
    static ServiceProcess start(Path jar, StorePair stores, List<String> jvmOptions, Map<String, String> settings)
            throws Exception {
        ProcessBuilder builder = builder(stores, jvmOptions, settings).redirectErrorStream(true);
        builder.command().replaceAll(word -> word.equals(JAR.toString()) ? jar.toString() : word);
        ServiceProcess service = new ServiceProcess(builder.start());
        service.listening.get(START_SECONDS, TimeUnit.SECONDS);
        service.awaitReady();
        return service;
    }

    /** Starts it; whether it comes up is for the caller to see. */
    static ServiceProcess launch(StorePair stores, List<String> jvmOptions, Map<String, String> settings)
            throws IOException {
        return launch(stores.settings(), jvmOptions, settings);
    }

    private static ServiceProcess launch(
            Map<String, String> stores, List<String> jvmOptions, Map<String, String> settings) throws IOException {
        return new ServiceProcess(
                builder(stores, jvmOptions, settings).redirectErrorStream(true).start());
    }

    /** The artefact on these stores, ready to be started; arguments can be added to its command. */
    static ProcessBuilder builder(StorePair stores, List<String> jvmOptions, Map<String, String> settings) {
        return builder(stores.settings(), jvmOptions, settings);
    }

    /** As the other {@code builder}, on stores as {@link StorePair#settings()} names them. */
    public static ProcessBuilder builder(
            Map<String, String> stores, List<String> jvmOptions, Map<String, String> settings) {
        ProcessBuilder builder = new ProcessBuilder(command(jvmOptions));
        Map<String, String> environment = builder.environment();
        environment.put("CONSIGNE_ACCESS", "open");
        environment.putAll(stores);
        environment.put("QUARKUS_FLYWAY_MIGRATE_AT_START", "true");
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", "0");
        environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
        environment.put("QUARKUS_MANAGEMENT_PORT", "0");
        environment.put("QUARKUS_LOG_CONSOLE_FORMAT", "%p %c %s%e%n");
        environment.put("CONSIGNE_DEMO_BUCKET", "demo");
        environment.put("CONSIGNE_FILE_CHUNK_SIZE", "256K");
        environment.putAll(settings);
        return builder;
    }

    private static List<String> command(List<String> jvmOptions) {
        Path binary = Path.of(System.getProperty("native.image.path", ""));
        if (Files.isRegularFile(binary)) {
            return new ArrayList<>(List.of(binary.toString()));
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", JAR.toString()));
        return command;
    }

    private void read() {
        int lines = 0;
        try (BufferedReader out = process.inputReader(UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                log.add(line);
                if (++lines > LINES_KEPT) {
                    log.remove();
                }
                Matcher matcher = LISTENING.matcher(line);
                if (matcher.find()) {
                    listening.complete(matcher);
                }
            }
        } catch (IOException end) {
            log.add("(the log ends: " + end.getMessage() + ")");
        }
        listening.completeExceptionally(new IllegalStateException("it ended: " + String.join("\n", log)));
    }

    /** Of a file in the bucket {@code demo}. */
    public URI content(String name) {
        return URI.create(listening.join().group(1) + "/api/v1/buckets/demo/content/" + name);
    }

    /** A path of the management port. */
    public URI management(String path) {
        return URI.create(listening.join().group(2) + path);
    }

    /** What it has written to its console so far, a line each; of very many the last. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** Of the process itself: it is started without a shell between. */
    public long pid() {
        return process.pid();
    }

    /** The exit code, if it ends in time by itself. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running: " + String.join("\n", log));
        }
        return process.exitValue();
    }

    /** Asks it to stop, as an orchestrator does, and does not wait. */
    void terminate() {
        process.destroy();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
