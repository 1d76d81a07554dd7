package dev.consigne.bench.memory;

import dev.consigne.artefact.ServiceProcess;
import dev.consigne.testing.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What a service process holds at a moment, in bytes.
 *
 * @param peak most resident memory since it began
 * @param resident resident memory now
 * @param liveHeap the heap after a full collection
 * @param direct buffers outside of the heap, as the JVM counts them
 * @param pooled what of it Netty's pools have taken, used or not
 * @param reserved what transfers have reserved of the budget
 * @param lent what is lent of the budget
 */
record Footprint(long peak, long resident, long liveHeap, long direct, long pooled, long reserved, long lent) {
    private static final int PATIENCE_SECONDS = 60;

    /** Collects the garbage of the process, after having read what that changes. */
    static Footprint of(ServiceProcess service) throws Exception {
        Metrics metrics = new Metrics(service.management("/q/metrics"));
        long peak = status(service, "VmHWM:");
        long resident = resident(service);
        double direct = metrics.value("jvm_buffer_memory_used_bytes", "id=\"direct\"");
        double pooled = metrics.sum("netty_allocator_memory_used", "memory_type=\"direct\"");
        double reserved = metrics.value("consigne_memory_reserved_bytes");
        double lent = metrics.value("consigne_memory_lent_bytes");
        collectGarbage(service);
        double live = metrics.sum("jvm_memory_used_bytes", "area=\"heap\"");
        return new Footprint(peak, resident, (long) live, (long) direct, (long) pooled, (long) reserved, (long) lent);
    }

    /** Resident memory now, in bytes. */
    static long resident(ServiceProcess service) throws IOException {
        return status(service, "VmRSS:");
    }

    private static long status(ServiceProcess service, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(service.pid()), "status")).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(kibibytes -> Long.parseLong(kibibytes) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** A full collection, by the {@code jcmd} of the JDK that runs this. */
    static void collectGarbage(ServiceProcess service) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(service.pid()),
                        "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("jcmd did not collect the garbage of " + service.pid());
        }
    }
}
