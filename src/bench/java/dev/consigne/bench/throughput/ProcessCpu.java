package dev.consigne.bench.throughput;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor time of processes, in seconds since they began (proc(5), {@code stat}).
 *
 * @param user in the process, without {@code compiling}
 * @param system in the kernel for it
 * @param compiling of the threads of the JVM's compilers that live: what a process needs until it is warm, and not after
 */
record ProcessCpu(double user, double system, double compiling) {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    static ProcessCpu of(List<Long> pids) {
        double user = 0;
        double system = 0;
        double compiling = 0;
        for (long pid : pids) {
            Path process = Path.of("/proc", Long.toString(pid));
            Ticks all = ticks(process);
            Ticks compilers = compilers(process);
            user += (all.user - compilers.user) / TICKS_PER_SECOND;
            system += (all.system - compilers.system) / TICKS_PER_SECOND;
            compiling += (compilers.user + compilers.system) / TICKS_PER_SECOND;
        }
        return new ProcessCpu(user, system, compiling);
    }

    ProcessCpu since(ProcessCpu before) {
        return new ProcessCpu(user - before.user, system - before.system, compiling - before.compiling);
    }

    /** Of the work itself. */
    double working() {
        return user + system;
    }

    private record Ticks(long user, long system) {}

    private static Ticks compilers(Path process) {
        long user = 0;
        long system = 0;
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            for (Path thread : threads.toList()) {
                Ticks ticks = ofCompiler(thread);
                user += ticks.user;
                system += ticks.system;
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return new Ticks(user, system);
    }

    /** Of any other thread nothing; neither of one that ends while it is looked at. */
    private static Ticks ofCompiler(Path thread) {
        try {
            boolean compiles = Files.readString(thread.resolve("comm")).matches("C[12] Compiler.*\\s");
            return compiles ? read(thread) : new Ticks(0, 0);
        } catch (IOException ended) {
            return new Ticks(0, 0);
        }
    }

    private static Ticks ticks(Path of) {
        try {
            return read(of);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** The fields after the name, which may hold anything. */
    private static Ticks read(Path of) throws IOException {
        String stat = Files.readString(of.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new Ticks(Long.parseLong(fields[USER]), Long.parseLong(fields[SYSTEM]));
    }
}
