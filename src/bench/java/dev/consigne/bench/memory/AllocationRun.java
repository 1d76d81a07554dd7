package dev.consigne.bench.memory;

import dev.consigne.artefact.ServiceProcess;
import dev.consigne.bench.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What the whole service allocates on its heap for each MiB that passes through it. */
final class AllocationRun {
    private final Scene scene;
    private final long length = Setting.size("allocation", "1G");

    /**
     * What came of it.
     *
     * @param what how the bytes were transferred
     * @param bytes transferred
     * @param allocated KiB of heap for each MiB of them
     */
    record Outcome(String what, long bytes, double allocated) {}

    AllocationRun(Scene scene) {
        this.scene = scene;
    }

    List<Outcome> measure() throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "bench"));
        GcLog log = new GcLog(folder.resolve("allocation-gc.log"));
        Files.deleteIfExists(folder.resolve("allocation-gc.log"));
        try (ServiceProcess service = scene.service(List.of(log.option()), Map.of())) {
            TransferClient client = new TransferClient(service, scene.content());
            Scene.warm(client);
            return List.of(
                    allocated(service, log, "one upload", length, () -> client.upload("one", length)),
                    allocated(service, log, "one download", length, () -> client.download("one", length)),
                    allocated(service, log, "uploads of 64 KiB", length / 16, () -> small(client, true)),
                    allocated(service, log, "downloads of 64 KiB", length / 16, () -> small(client, false)));
        }
    }

    private double small(TransferClient client, boolean up) throws Exception {
        int size = 64 << 10;
        double seconds = 0;
        for (long left = length / 16; left > 0; left -= size) {
            seconds += up ? client.upload("small", size) : client.download("small", size);
        }
        return seconds;
    }

    private static Outcome allocated(
            ServiceProcess service, GcLog log, String what, long bytes, Callable<Double> transfers) throws Exception {
        Footprint.collectGarbage(service);
        long before = log.allocated();
        transfers.call();
        Footprint.collectGarbage(service);
        return new Outcome(what, bytes, 1024.0 * (log.allocated() - before) * (1 << 20) / bytes);
    }
}
