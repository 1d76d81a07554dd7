package dev.consigne.bench.memory;

import dev.consigne.artefact.ServiceProcess;
import dev.consigne.bench.Setting;
import dev.consigne.testing.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * So many slow uploads and as many slow downloads at once, held for a while, and then a fast upload beside them: first
 * alone, then beside them, then alone again, in one process.
 */
final class SlowClientsRun {
    private static final long SOURCE = 512L << 20;
    private static final long FAST = 64L << 20;
    private static final int ANSWER_SECONDS = 180;
    private static final Path TARGET = Path.of("target", "bench");
    private static final String BLOCKED = "has been blocked";

    /** The blocked-thread checker looks as often as its warning time, and reports what is longer than the other. */
    private static final Map<String, String> WATCHED = Map.of(
            "QUARKUS_VERTX_MAX_EVENT_LOOP_EXECUTE_TIME", "200ms",
            "QUARKUS_VERTX_WARNING_EXCEPTION_TIME", "200ms");

    private final Scene scene;
    private final long rate = Setting.size("rate", "64K");
    private final int ramp = Setting.number("ramp", 50);
    private final int holdSeconds = Setting.number("hold", 60);
    private final int fastTimes = Setting.number("fast", 5);

    /**
     * What came of it.
     *
     * @param each slow uploads, and slow downloads
     * @param uploaded bytes a second of all slow uploads together while only they ran
     * @param downloaded bytes a second of all slow downloads together
     * @param uploadedBeside as {@code uploaded}, while the fast upload ran
     * @param failures what failed and how often
     * @param stored slow uploads that were answered with the digest of what was sent
     * @param longestSilence seconds without a byte for one of the slow
     * @param held while all run
     * @param left after all have ended
     * @param quiet the probe before the slow ones came
     * @param busy the probe beside them
     * @param blocked what the log says of threads that were blocked since the slow ones came
     */
    record Outcome(
            int each,
            double uploaded,
            double downloaded,
            double uploadedBeside,
            Speed lone,
            Speed beside,
            Speed after,
            Map<String, Integer> failures,
            int stored,
            double longestSilence,
            Footprint held,
            Footprint left,
            Pulse.Times quiet,
            Pulse.Times busy,
            List<String> blocked) {

        /** The fast upload beside the slow ones, of its lone speed just before. */
        double ratio() {
            return beside.median() / lone.median();
        }

        boolean isWhole() {
            return failures.isEmpty() && stored == each && beside.refused().isEmpty();
        }
    }

    SlowClientsRun(Scene scene) {
        this.scene = scene;
    }

    Outcome measure(int each) throws Exception {
        requireOpenFiles(2 * each);
        Files.createDirectories(TARGET);
        try (ServiceProcess service = scene.service(List.of(), WATCHED)) {
            TransferClient fast = new TransferClient(service, scene.content());
            fast.upload("source", SOURCE);
            Scene.warm(fast);
            try (Pulse pulse = new Pulse(service.management("/"));
                    SlowClients slow = new SlowClients(
                            service.content("source"),
                            SOURCE,
                            each,
                            rate,
                            ramp,
                            Setting.number("callers", 2 * each),
                            scene.content())) {
                return measure(each, service, fast, pulse, slow);
            } finally {
                Files.write(TARGET.resolve("slow-clients-" + each + ".log"), service.log());
            }
        }
    }

    private Outcome measure(int each, ServiceProcess service, TransferClient fast, Pulse pulse, SlowClients slow)
            throws Exception {
        Speed lone = speed(fast);
        Pulse.Times quiet = pulse.times();
        int logged = service.log().size();
        slow.start(2 * each / ramp + 60);
        long sent = slow.sent();
        long received = slow.received();
        TimeUnit.SECONDS.sleep(holdSeconds); // this is the load, not a wait for something
        double uploaded = (double) (slow.sent() - sent) / holdSeconds;
        double downloaded = (double) (slow.received() - received) / holdSeconds;
        long beganFast = System.nanoTime();
        sent = slow.sent();
        Speed beside = speed(fast);
        double uploadedBeside = (slow.sent() - sent) / ((System.nanoTime() - beganFast) / 1e9);
        double silence = slow.longestSilence();
        Pulse.Times busy = pulse.times();
        Files.writeString(
                TARGET.resolve("slow-clients-" + each + ".metrics"),
                new Metrics(service.management("/q/metrics")).text());
        Footprint held = Footprint.of(service);
        slow.endUploads(ANSWER_SECONDS);
        Map<String, Integer> failures = slow.failures();
        int stored = slow.storedRight();
        slow.close();
        return new Outcome(
                each,
                uploaded,
                downloaded,
                uploadedBeside,
                lone,
                beside,
                speed(fast),
                failures,
                stored,
                silence,
                held,
                Footprint.of(service),
                quiet,
                busy,
                service.log().stream()
                        .skip(logged)
                        .filter(line -> line.contains(BLOCKED))
                        .toList());
    }

    private Speed speed(TransferClient fast) throws Exception {
        return Speed.of(fastTimes, FAST, () -> fast.upload("fast", FAST));
    }

    /** Both processes need a descriptor for each connection; the limit of this one is the other's too. */
    private static void requireOpenFiles(int connections) throws IOException {
        String limit = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+")[4])
                .findFirst()
                .orElse("unlimited");
        if (!limit.equals("unlimited") && Long.parseLong(limit) < connections + 500) {
            throw new IllegalStateException("only " + limit + " files may be open, and " + connections
                    + " connections are wanted: raise the limit (ulimit -n) and run it again");
        }
    }
}
