package dev.consigne.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A PostgreSQL on 127.0.0.1 and a free port, as durable as a real one: what it has acknowledged survives a kill and a
 * loss of power.
 */
final class EmbeddedPostgres implements AutoCloseable {

    private static final int START_TIMEOUT_SECONDS = 60; // recovery after a kill included
    private static final int ATTEMPTS = 3; // someone else may take the port between our look and its bind
    private static final String PORT_TAKEN = "could not create any TCP/IP sockets";
    private static final String READY = "database system is ready to accept connections";

    private final PostgresBinaries binaries;
    private final Path data;
    private final int port;
    private final Process postmaster;
    private final Consumer<Throwable> onDeath;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile boolean closing;
    private volatile String lastLine = "";

    private EmbeddedPostgres(PostgresBinaries binaries, Path data, int port, Consumer<Throwable> onDeath)
            throws IOException {
        this.onDeath = onDeath;
        this.binaries = binaries;
        this.data = data;
        this.port = port;
        this.postmaster = PostgresProgram.start(binaries, "postgres", arguments(data, port));
        Thread log = new Thread(this::copyLog, "postgres log");
        log.setDaemon(true);
        log.start();
    }

    /**
     * Unpacks the programs and makes the files if need be, stops what a killed run left, and starts.
     *
     * @param onDeath told if the server ends before it is closed
     * @throws IOException if it cannot start; the message holds its last words
     */
    static EmbeddedPostgres start(Path folder, Consumer<Throwable> onDeath) throws IOException {
        Files.createDirectories(folder);
        PostgresBinaries binaries = PostgresBinaries.unpack(folder);
        Path data = folder.resolve("data");
        PostgresCluster.create(binaries, data);
        OrphanPostmaster.stop(binaries, data);
        for (int attempt = 1; ; attempt++) {
            EmbeddedPostgres postgres = new EmbeddedPostgres(binaries, data, freePort(), onDeath);
            try {
                postgres.ready
                        .orTimeout(START_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .join();
                return postgres;
            } catch (CompletionException failure) {
                postgres.postmaster.destroy();
                if (attempt == ATTEMPTS || !postgres.lastLine.contains(PORT_TAKEN)) {
                    throw new IOException("PostgreSQL did not start: " + postgres.lastLine, failure);
                }
            }
        }
    }

    int port() {
        return port;
    }

    /** Stops fast: sessions are ended, a checkpoint is written. */
    @Override
    public void close() {
        closing = true;
        try {
            OrphanPostmaster.stopServer(binaries, data);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void copyLog() {
        postmaster.inputReader(UTF_8).lines().forEach(line -> {
            System.err.println("postgres: " + line);
            if (line.contains(READY)) {
                ready.complete(null);
            }
            lastLine = line;
        });
        IOException ended = new IOException("PostgreSQL ended: " + lastLine);
        boolean wasReady = !ready.completeExceptionally(ended);
        if (wasReady && !closing) {
            onDeath.accept(ended);
        }
    }

    private static List<String> arguments(Path data, int port) {
        return List.of(
                "-D", data.toString(),
                "-h", "127.0.0.1",
                "-p", String.valueOf(port),
                "-c", "unix_socket_directories=",
                "-c", "fsync=on",
                "-c", "synchronous_commit=on",
                "-c", "full_page_writes=on",
                "-c", "max_connections=200",
                "-c", "timezone=UTC",
                "-c", "log_timezone=UTC");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
