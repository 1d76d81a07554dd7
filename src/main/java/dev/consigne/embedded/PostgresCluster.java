package dev.consigne.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The files of one PostgreSQL: made once, whole or not at all. */
final class PostgresCluster {

    private static final String NAME = "consigne"; // of the database, its owner, and the owner's password

    private PostgresCluster() {}

    /**
     * Makes the files with an empty database, if they are not there.
     *
     * @param data the folder of the files
     * @throws IOException if that fails; nothing is left behind that a later start would take for a cluster
     */
    static void create(PostgresBinaries binaries, Path data) throws IOException {
        if (Files.exists(data)) {
            return;
        }
        Path unfinished = data.resolveSibling("creating");
        PostgresBinaries.delete(unfinished);
        Path password = Files.writeString(data.resolveSibling("password"), NAME);
        initialise(binaries, unfinished, password);
        Files.delete(password);
        createDatabase(binaries, unfinished);
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void initialise(PostgresBinaries binaries, Path data, Path password) throws IOException {
        List<String> arguments = List.of(
                "--pgdata=" + data,
                "--username=" + NAME,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions");
        require(PostgresProgram.run(binaries, "initdb", arguments, ""), "initdb");
    }

    /** In single-user mode: it needs no port, no password and no client. */
    private static void createDatabase(PostgresBinaries binaries, Path data) throws IOException {
        List<String> arguments = List.of("--single", "-D", data.toString(), "postgres");
        require(
                PostgresProgram.run(binaries, "postgres", arguments, "CREATE DATABASE " + NAME + "\n"),
                "postgres --single");
    }

    private static void require(int exitCode, String program) throws IOException {
        if (exitCode != 0) {
            throw new IOException(program + " ended with " + exitCode + ", see the log of the stores");
        }
    }
}
