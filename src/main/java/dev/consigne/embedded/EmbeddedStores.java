package dev.consigne.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/**
 * The process of the stores: starts them, says so in one {@link ReadyLine} on standard output, and stops them when
 * standard input ends, which it does when the parent is gone, however it went. Everything else it says goes to standard
 * error.
 *
 * <p>Exit code 0: asked to stop. 1: could not start. 3: a store died.
 */
public final class EmbeddedStores {

    static final String POSTGRES = "postgres";
    static final String MONGO = "mongo";

    private static final int COULD_NOT_START = 1;
    private static final int STORE_DIED = 3;

    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private EmbeddedStores() {}

    /**
     * Runs until the parent is gone.
     *
     * @param args the folder of the data, then which stores: {@code postgres}, {@code mongo}, or both
     */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        PrintStream answer = System.out;
        System.setOut(System.err); // the answer is the only thing the parent reads
        List<String> arguments = List.of(args);
        int exitCode = new EmbeddedStores()
                .run(Path.of(arguments.get(0)), Set.copyOf(arguments.subList(1, arguments.size())), answer);
        Runtime.getRuntime().halt(exitCode); // all is closed: no thread of a library shall keep us
    }

    private int run(Path folder, Set<String> stores, PrintStream answer) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopOnSignal));
        Thread parent = new Thread(this::awaitEndOfInput, "parent");
        parent.setDaemon(true);
        parent.start();
        try {
            Files.createDirectories(folder);
            Path home = folder.toRealPath();
            FolderLock lock = FolderLock.acquire(home);
            try {
                return serve(home, stores, answer);
            } finally {
                lock.close();
            }
        } catch (IOException | RuntimeException failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            cause.printStackTrace();
            answer.println(ReadyLine.failed(cause.toString()));
            return COULD_NOT_START;
        } finally {
            closed.countDown();
        }
    }

    private int serve(Path folder, Set<String> stores, PrintStream answer) throws IOException {
        CompletableFuture<Optional<EmbeddedPostgres>> starting = CompletableFuture.supplyAsync(
                () -> stores.contains(POSTGRES) ? Optional.of(postgres(folder)) : Optional.empty());
        Optional<EmbeddedMongo> mongo = Optional.empty();
        try {
            mongo = stores.contains(MONGO)
                    ? Optional.of(EmbeddedMongo.start(folder.resolve("mongo"), this::storeDied))
                    : Optional.empty();
            int postgresPort = starting.join().map(EmbeddedPostgres::port).orElse(0);
            answer.println(
                    new ReadyLine(postgresPort, mongo.map(EmbeddedMongo::port).orElse(0)));
            return end.join();
        } finally {
            try {
                mongo.ifPresent(EmbeddedMongo::close);
            } finally {
                starting.exceptionally(notStarted -> Optional.empty()).join().ifPresent(EmbeddedPostgres::close);
            }
        }
    }

    private EmbeddedPostgres postgres(Path folder) {
        try {
            return EmbeddedPostgres.start(folder.resolve("postgres"), this::storeDied);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void storeDied(Throwable cause) {
        if (end.complete(STORE_DIED)) {
            System.err.println("A store died, and the others end with it");
            cause.printStackTrace();
        }
    }

    private void awaitEndOfInput() {
        try (InputStream input = System.in) {
            input.transferTo(OutputStream.nullOutputStream());
        } catch (IOException broken) {
            System.err.println("standard input: " + broken); // as good as its end
        }
        end.complete(0);
    }

    private void stopOnSignal() {
        end.complete(0);
        try {
            closed.await();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
