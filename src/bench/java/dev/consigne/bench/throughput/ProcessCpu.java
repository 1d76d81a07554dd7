package dev.consigne.bench.throughput;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Processor time of a process and those it has started, in seconds since it began (proc(5), {@code stat}).
 *
 * @param user in the process
 * @param system in the kernel for it
 */
record ProcessCpu(double user, double system) {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    static ProcessCpu of(List<Long> pids) {
        double user = 0;
        double system = 0;
        for (long pid : pids) {
            String[] fields = fields(pid);
            user += Long.parseLong(fields[USER]) / TICKS_PER_SECOND;
            system += Long.parseLong(fields[SYSTEM]) / TICKS_PER_SECOND;
        }
        return new ProcessCpu(user, system);
    }

    ProcessCpu since(ProcessCpu before) {
        return new ProcessCpu(user - before.user, system - before.system);
    }

    double total() {
        return user + system;
    }

    /** What follows the name, which may hold anything. */
    private static String[] fields(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
