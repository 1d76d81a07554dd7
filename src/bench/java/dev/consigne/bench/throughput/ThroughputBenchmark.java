package dev.consigne.bench.throughput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.artefact.ServiceProcess;
import dev.consigne.bench.MeasuredStores;
import dev.consigne.bench.Report;
import dev.consigne.bench.ServiceJvm;
import dev.consigne.bench.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The service beside what its stores and the driver do in the same run: {@code ./mvnw verify -Pbench
 * -Dit.test=ThroughputBenchmark}; one part: {@code …#uploads}. The results are in {@code target/bench}; no figure is
 * asserted, only that every answer was right.
 *
 * <p>{@code -Dbench.files=16} of 64 MiB for each run, {@code -Dbench.repetitions=5} after {@code -Dbench.warmup=3},
 * {@code -Dbench.chunk=1M}, {@code -Dbench.heap=512m} and {@link ServiceJvm more} of the service, the stores as {@link MeasuredStores} says, {@code
 * -Dbench.url=http://…/{name}} for another server that takes PUT and GET, or {@link Beside another build or other
 * settings} of the service.
 */
@TestMethodOrder(MethodOrderer.MethodName.class)
class ThroughputBenchmark {
    private static final int FILE = 64 << 20;
    private static final int MEBIBYTE = 1 << 20;
    private static final long RANGED = 1L << 30;
    private static final String FOLDER = "stores-throughput-benchmark";
    private static final String ON_EMBEDDED =
            "The stores are the embedded ones: figures that are near the driver's are about that server. It compiles"
                    + " little, writes a file for every acknowledgement and shares the cores with everything else; the"
                    + " ratios say what the service adds.";

    private static final byte[] CONTENT = new byte[FILE];

    private static MeasuredStores stores;
    private static ServiceProcess service;
    private static DriverArms driver;
    private static HttpArms consigne;
    private static Optional<ServiceProcess> beside = Optional.empty();
    private static Optional<HttpArms> other = Optional.empty();

    private final int files = Setting.number("files", 16);
    private final int chunk = (int) Setting.size("chunk", "1M");

    @BeforeAll
    static void start() throws Exception {
        LogContext.getLogContext().getLogger("org.mongodb.driver").setLevel(Level.ERROR); // it writes every command out
        new Random(1).nextBytes(CONTENT);
        stores = MeasuredStores.start(FOLDER);
        List<String> options = ServiceJvm.options("512m");
        options.add("-XX:-UseDynamicNumberOfCompilerThreads"); // of one that ends, the time would not be known
        Map<String, String> settings =
                Map.of("CONSIGNE_FILE_CHUNK_SIZE", Setting.text("chunk", "1M"), "CONSIGNE_COLLECTOR_EVERY", "off");
        service = ServiceProcess.start(stores.settings(), options, settings);
        beside = Beside.start(ServiceProcess.builder(stores.settings(), options, settings));
        driver = new DriverArms(stores.mongo(), CONTENT);
        consigne = new HttpArms("Consigne", service.content("") + "{name}", List.of(service.pid()), CONTENT);
        String url = Setting.text("url", "");
        other = url.isEmpty()
                ? beside.map(it -> new HttpArms("beside", it.content("") + "{name}", List.of(it.pid()), CONTENT))
                : Optional.of(new HttpArms("other", url, List.of(), CONTENT));
    }

    @AfterAll
    static void stop() throws Exception {
        driver.close();
        service.close();
        if (beside.isPresent()) {
            beside.get().close();
        }
        stores.close();
    }

    @Test
    void uploads() throws Exception {
        List<Arm> arms = new ArrayList<>();
        for (int inFlight : List.of(1, 2, 4, 8)) {
            arms.add(driver.inserts(files, chunk, inFlight));
        }
        if (chunk != MEBIBYTE) {
            arms.add(driver.inserts(files, MEBIBYTE, 8));
        }
        arms.add(driver.gridFsUploads(files, 255 << 10));
        arms.add(driver.gridFsUploads(files, MEBIBYTE));
        arms.add(driver.insertsTogether(files, chunk, 16));
        for (int clients : List.of(1, 4, 16)) {
            arms.add(consigne.uploads(files, clients));
            other.ifPresent(server -> arms.add(server.uploads(files, clients)));
        }
        arms.add(consigne.largeUpload((long) files * FILE));
        bytes("uploads", "Uploads of 64 MiB", arms, DriverArms.insertsOf(chunk, 8));
    }

    @Test
    void downloads() throws Exception {
        List<Arm> arms = new ArrayList<>();
        for (int window : List.of(2, 4, 8)) {
            arms.add(driver.reads(files, chunk, window));
        }
        arms.add(driver.gridFsDownloads(files, 255 << 10));
        arms.add(driver.gridFsDownloads(files, MEBIBYTE));
        for (int clients : List.of(1, 4, 16)) {
            arms.add(consigne.downloads(files, clients));
            if (other.isPresent()) {
                arms.add(other.get().downloads(files, clients));
            }
        }
        arms.add(consigne.largeDownload((long) files * FILE));
        bytes("downloads", "Downloads of 64 MiB", arms, "driver, $in of 8");
    }

    @Test
    void smallFiles() throws Exception {
        for (int length : List.of(4 << 10, 64 << 10)) {
            for (int clients : List.of(16, 64)) {
                int count = Setting.number("small", 3200);
                List<Arm> up = new ArrayList<>(List.of(
                        driver.gridFsSmall(count, length, clients), consigne.smallUploads(count, length, clients)));
                other.ifPresent(server -> up.add(server.smallUploads(count, length, clients)));
                String what = (length >> 10) + " KiB, " + clients + " clients";
                each(
                        "small-uploads-" + (length >> 10) + "-" + clients,
                        "Uploads of " + what,
                        up,
                        count,
                        "GridFSBucket");
                List<Arm> down = new ArrayList<>(List.of(consigne.smallDownloads(count * 4, length, clients)));
                if (other.isPresent()) {
                    down.add(other.get().smallDownloads(count * 4, length, clients));
                }
                each(
                        "small-downloads-" + (length >> 10) + "-" + clients,
                        "Downloads of " + what,
                        down,
                        count * 4,
                        "Consigne");
            }
        }
    }

    @Test
    void answersWithLittleOrNothing() throws Exception {
        int count = Setting.number("answers", 16_000);
        consigne.downloads(1, 1);
        List<Arm> arms = List.of(
                consigne.ranges(640, 16, RANGED), consigne.answers(count, 16, 404), consigne.answers(count, 16, 304));
        each("answers", "Answers to 16 clients", arms.subList(1, 3), count, "Consigne, 404");
        each("ranges", "Ranges, 16 clients", arms.subList(0, 1), 640, "Consigne, 1 MiB of 1 GiB");
    }

    private void bytes(String name, String title, List<Arm> arms, String ceiling) throws Exception {
        double mebibytes = (double) files * FILE / (1 << 20);
        Report report = report(name, title)
                .fact("files of 64 MiB for each run", files)
                .fact("chunks of the driver and of the service, KiB", chunk >> 10)
                .columns(
                        "",
                        "MiB/s",
                        "÷ " + ceiling,
                        "CPU s/GiB",
                        "of it in the kernel",
                        "compiling",
                        "CPU s/GiB of the stores");
        Map<String, Race.Result> results = race().run(arms);
        double most = results.get(ceiling).median(run -> mebibytes / run.seconds());
        Chart chart = new Chart(title + ", MiB/s");
        for (Race.Result result : results.values()) {
            report.row(
                    result,
                    result.arm(),
                    result.text(run -> mebibytes / run.seconds()),
                    result.median(run -> mebibytes / run.seconds()) / most,
                    result.text(run -> run.cpu().working() * 1024 / mebibytes),
                    result.median(run -> run.cpu().system() * 1024 / mebibytes),
                    result.median(run -> run.cpu().compiling() * 1024 / mebibytes),
                    result.median(run -> run.stores().working() * 1024 / mebibytes));
            chart.bar(result.arm(), result.spread(run -> mebibytes / run.seconds()));
        }
        if (MeasuredStores.areEmbedded()) {
            report.note(ON_EMBEDDED);
        }
        chart.write(Path.of("target", "bench", name + ".svg"));
        assertThat(results).hasSameSizeAs(arms);
    }

    private void each(String name, String title, List<Arm> arms, int count, String baseline) throws Exception {
        Report report = report(name, title)
                .fact("for each run", count)
                .columns("", "a second", "÷ " + baseline, "CPU ms each", "compiling", "CPU ms each of the stores");
        Map<String, Race.Result> results = race().run(arms);
        double most = results.get(baseline).median(run -> count / run.seconds());
        for (Race.Result result : results.values()) {
            report.row(
                    result,
                    result.arm(),
                    result.text(run -> count / run.seconds()),
                    result.median(run -> count / run.seconds()) / most,
                    result.text(run -> run.cpu().working() * 1000 / count),
                    result.median(run -> run.cpu().compiling() * 1000 / count),
                    result.median(run -> run.stores().working() * 1000 / count));
        }
        if (MeasuredStores.areEmbedded()) {
            report.note(ON_EMBEDDED);
        }
        assertThat(results).hasSameSizeAs(arms);
    }

    private static Race race() {
        return new Race(stores.pids(), Setting.number("warmup", 3), Setting.number("repetitions", 5));
    }

    private static Report report(String name, String title) {
        return new Report(name, title)
                .fact("stores", MeasuredStores.kind())
                .fact("heap of the service", ServiceJvm.heap("512m"))
                .fact("repetitions", Setting.number("repetitions", 5));
    }
}
