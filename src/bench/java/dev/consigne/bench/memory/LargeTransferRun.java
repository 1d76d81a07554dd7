package dev.consigne.bench.memory;

import dev.consigne.artefact.ServiceProcess;
import java.util.List;
import java.util.Map;

/**
 * One transfer in a process of its own, which has been warmed by the same transfers whatever the size: the peak of one
 * process can be compared with that of another.
 */
final class LargeTransferRun {
    private final Scene scene;

    /** Which way the bytes go. */
    enum Direction {
        UPLOAD,
        DOWNLOAD
    }

    /**
     * What came of it.
     *
     * @param length bytes transferred
     * @param warm resident memory before it, in bytes
     * @param after what is held when it has ended, and the peak
     */
    record Outcome(Direction direction, long length, double mebibytesPerSecond, long warm, Footprint after) {}

    LargeTransferRun(Scene scene) {
        this.scene = scene;
    }

    /** Of a download, the same number of bytes must have been uploaded before. */
    Outcome measure(Direction direction, long length) throws Exception {
        try (ServiceProcess service = scene.service(List.of(), Map.of())) {
            TransferClient client = new TransferClient(service, scene.content());
            Scene.warm(client);
            long warm = Footprint.resident(service);
            String name = "of-" + length;
            double seconds = switch (direction) {
                case UPLOAD -> client.upload(name, length);
                case DOWNLOAD -> client.download(name, length);
            };
            return new Outcome(direction, length, length / seconds / (1 << 20), warm, Footprint.of(service));
        }
    }
}
