package dev.consigne.bench.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the packaged service, a process with a small heap, holds in memory. All: {@code ./mvnw verify -Pbench
 * -Dit.test=MemoryBenchmark}; one part: {@code -Dit.test=MemoryBenchmark#manySlowClients}. The results are in {@code
 * target/bench}; no figure is asserted, only that nothing failed.
 */
class MemoryBenchmark {

    /** {@code -Dbench.slow=1,100,1000 -Dbench.rate=64K -Dbench.hold=60 -Dbench.fast=5 -Dbench.heap=256m} */
    @Test
    void manySlowClients() throws Exception {
        Report report = new Report("slow-clients", "Slow clients, and a fast upload beside them")
                .fact("heap of the service", Scene.heap())
                .fact("rate of each slow client, KiB/s", Setting.size("rate", "64K") >> 10)
                .fact("stores", "embedded, in a process of their own")
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
