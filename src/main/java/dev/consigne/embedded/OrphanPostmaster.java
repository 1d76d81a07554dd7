package dev.consigne.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a killed run may have left: a postmaster that lives on, or its pid file. To be called by the holder of the
 * folder's lock only, so that nobody has a right to a server in this folder.
 */
final class OrphanPostmaster {

    private static final int STOP_TIMEOUT_SECONDS = 20;

    private OrphanPostmaster() {}

    /**
     * Stops the postmaster of this folder if there is one. Processes of other folders, and strangers that happen to have
     * the pid in the file, are left alone.
     *
     * @throws IOException if it does not stop
     */
    static void stop(PostgresBinaries binaries, Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        Optional<ProcessHandle> named = ProcessHandle.of(pidIn(pidFile));
        if (named.filter(process -> runs(process, binaries)).isPresent()) {
            System.err.println("stopping the postmaster of a killed run, process "
                    + named.get().pid());
            stopServer(binaries, data);
        } else if (named.isPresent()) {
            Files.delete(pidFile); // the pid is somebody else's by now, which PostgreSQL cannot tell
        }
        awaitLeftovers(binaries);
    }

    /** Fast: open transactions are rolled back, and a checkpoint is written. */
    static void stopServer(PostgresBinaries binaries, Path data) throws IOException {
        List<String> arguments =
                List.of("stop", "-D", data.toString(), "-m", "fast", "-w", "-t", String.valueOf(STOP_TIMEOUT_SECONDS));
        int exitCode = PostgresProgram.run(binaries, "pg_ctl", arguments, "");
        if (exitCode != 0) {
            throw new IOException("PostgreSQL in " + data + " did not stop within " + STOP_TIMEOUT_SECONDS + " s");
        }
    }

    /** Sessions of a dead postmaster end by themselves, and until then a new one refuses to start. */
    private static void awaitLeftovers(PostgresBinaries binaries) {
        CompletableFuture<?>[] ends = ProcessHandle.allProcesses()
                .filter(process -> runs(process, binaries))
                .map(ProcessHandle::onExit)
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** The programs lie in the folder of the data, so who runs them is of this folder. */
    private static boolean runs(ProcessHandle process, PostgresBinaries binaries) {
        return process.info()
                .command()
                .filter(binaries.program("postgres").toString()::equals)
                .isPresent();
    }

    private static long pidIn(Path pidFile) throws IOException {
        List<String> lines = Files.readAllLines(pidFile);
        return lines.isEmpty() || lines.get(0).isBlank()
                ? Long.MAX_VALUE
                : Long.parseLong(lines.get(0).strip());
    }
}
