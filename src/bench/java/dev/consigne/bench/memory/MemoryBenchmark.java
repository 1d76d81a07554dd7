package dev.consigne.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.bench.MeasuredStores;
import dev.consigne.bench.Report;
import dev.consigne.bench.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What the packaged service, a process with a small heap, holds in memory. All: {@code ./mvnw verify -Pbench
 * -Dit.test=MemoryBenchmark}; one part: {@code -Dit.test=MemoryBenchmark#manySlowClients}. The results are in {@code
 * target/bench}; no figure is asserted, only that nothing failed.
 */
class MemoryBenchmark {
    private static final long SMALL = 10L << 20;

    /** {@code -Dbench.large=10G -Dbench.repetitions=1 -Dbench.warm=20 -Dbench.heap=256m} */
    @Test
    void oneLargeTransfer() throws Exception {
        long large = Setting.size("large", "2G");
        Report report = new Report("one-transfer", "Memory of one transfer")
                .fact("heap of the service", Scene.heap())
                .fact("transfers of 10 MiB before it, each way", Scene.warmTransfers())
                .fact("stores", MeasuredStores.kind())
                .columns(
                        "",
                        "MiB",
                        "MiB/s",
                        "RSS before, MiB",
                        "peak RSS MiB",
                        "RSS after",
                        "live heap MiB",
                        "direct MiB");
        List<LargeTransferRun.Outcome> outcomes = new ArrayList<>();
        try (Scene scene = new Scene()) {
            LargeTransferRun run = new LargeTransferRun(scene);
            for (int i = 0; i < Setting.number("repetitions", 2); i++) {
                for (LargeTransferRun.Direction direction : LargeTransferRun.Direction.values()) {
                    for (long length : List.of(SMALL, large)) {
                        LargeTransferRun.Outcome outcome = run.measure(direction, length);
                        outcomes.add(outcome);
                        row(report, outcome);
                    }
                }
            }
        }
        for (LargeTransferRun.Direction direction : LargeTransferRun.Direction.values()) {
            report.note("%s: peak RSS of the large ÷ of the small, medians: %.3f"
                    .formatted(
                            direction,
                            medianPeak(outcomes, direction, large) / medianPeak(outcomes, direction, SMALL)));
        }
        assertThat(outcomes).isNotEmpty();
    }

    private static double medianPeak(
            List<LargeTransferRun.Outcome> outcomes, LargeTransferRun.Direction direction, long length) {
        double[] peaks = outcomes.stream()
                .filter(outcome -> outcome.direction() == direction && outcome.length() == length)
                .mapToDouble(outcome -> outcome.after().peak())
                .sorted()
                .toArray();
        return (peaks[peaks.length / 2] + peaks[(peaks.length - 1) / 2]) / 2;
    }

    private static void row(Report report, LargeTransferRun.Outcome outcome) throws Exception {
        report.row(
                outcome,
                outcome.direction().name().toLowerCase(Locale.ROOT),
                Report.mebibytes(outcome.length()),
                mebibytes(outcome.mebibytesPerSecond() * (1 << 20)),
                Report.mebibytes(outcome.warm()),
                Report.mebibytes(outcome.after().peak()),
                Report.mebibytes(outcome.after().resident()),
                Report.mebibytes(outcome.after().liveHeap()),
                Report.mebibytes(outcome.after().direct()));
    }

    /** {@code -Dbench.allocation=1G} */
    @Test
    void allocation() throws Exception {
        Report report = new Report("allocation", "Heap allocated by the service for each MiB transferred")
                .fact("heap of the service", Scene.heap())
                .columns("", "MiB transferred", "KiB allocated for each MiB");
        List<AllocationRun.Outcome> outcomes;
        try (Scene scene = new Scene()) {
            outcomes = new AllocationRun(scene).measure();
        }
        for (AllocationRun.Outcome outcome : outcomes) {
            report.row(outcome, outcome.what(), Report.mebibytes(outcome.bytes()), outcome.allocated());
        }
        assertThat(outcomes).isNotEmpty();
    }

    /** {@code -Dbench.slow=1,100,1000 -Dbench.rate=64K -Dbench.ramp=50 -Dbench.hold=60 -Dbench.fast=5 -Dbench.callers=N -Dbench.heap=256m} */
    @Test
    void manySlowClients() throws Exception {
        Report report = new Report("slow-clients", "Slow clients, and a fast upload beside them")
                .fact("heap of the service", Scene.heap())
                .fact("rate of each slow client, KiB/s", Setting.size("rate", "64K") >> 10)
                .fact("slow clients begun in a second", Setting.number("ramp", 50))
                .fact("addresses of the slow clients", Setting.text("callers", "one each"))
                .fact("stores", MeasuredStores.kind())
                .columns(
                        "slow uploads + downloads",
                        "failed",
                        "slow up / down, MiB/s",
                        "lone MiB/s",
                        "beside",
                        "after",
                        "beside ÷ lone",
                        "slow up beside, MiB/s",
                        "peak RSS MiB",
                        "live heap MiB",
                        "direct MiB",
                        "probe alone p50/p99/max ms",
                        "probe beside",
                        "longest silence s",
                        "loop blocked");
        List<SlowClientsRun.Outcome> incomplete = new ArrayList<>();
        try (Scene scene = new Scene()) {
            for (int each : Setting.numbers("slow", "1,100,1000")) {
                SlowClientsRun.Outcome outcome = new SlowClientsRun(scene).measure(each);
                row(report, outcome);
                if (!outcome.isWhole()) {
                    incomplete.add(outcome);
                }
            }
        }
        assertThat(incomplete).isEmpty();
    }

    private static void row(Report report, SlowClientsRun.Outcome outcome) throws Exception {
        report.row(
                outcome,
                outcome.each() + " + " + outcome.each(),
                outcome.failures().isEmpty() ? "0" : outcome.failures(),
                mebibytes(outcome.uploaded()) + " / " + mebibytes(outcome.downloaded()),
                outcome.lone(),
                outcome.beside(),
                outcome.after(),
                outcome.ratio(),
                mebibytes(outcome.uploadedBeside()),
                Report.mebibytes(outcome.held().peak()),
                Report.mebibytes(outcome.held().liveHeap()),
                Report.mebibytes(outcome.held().direct()),
                times(outcome.quiet()),
                times(outcome.busy()),
                outcome.longestSilence(),
                outcome.blocked().size());
    }

    private static String mebibytes(double bytes) {
        return "%.1f".formatted(bytes / (1 << 20));
    }

    private static String times(Pulse.Times times) {
        return "%.1f / %.1f / %.1f%s"
                .formatted(
                        times.p50(),
                        times.p99(),
                        times.max(),
                        times.unanswered() == 0 ? "" : ", " + times.unanswered() + " unanswered");
    }
}
