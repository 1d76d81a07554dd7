package dev.consigne.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ChunkReaderBench;
import dev.consigne.file.ChunkerBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the JMH benches of the engine and writes time and allocation for each MiB: {@code ./mvnw verify -Pbench
 * -Dit.test=EngineBenchmark [-Dbench.jmh=Chunker -Dbench.jmh.seconds=1]}, into {@code target/bench}.
 */
class EngineBenchmark {
    private static final Path FOLDER = Path.of("target", "bench");
    private static final double MEBIBYTES = ChunkerBench.BODY >> 20;

    @Test
    void measuresTheEngineWithoutSocketsAndStores() throws Exception {
        assertThat(ChunkReaderBench.BODY).isEqualTo(ChunkerBench.BODY);
        Files.createDirectories(FOLDER);
        TimeValue seconds = TimeValue.seconds(Long.getLong("bench.jmh.seconds", 1));
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(System.getProperty("bench.jmh", "dev.consigne.file.*Bench"))
                        .addProfiler(GCProfiler.class)
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.MICROSECONDS)
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(seconds)
                        .measurementIterations(5)
                        .measurementTime(seconds)
                        .shouldFailOnError(true)
                        .resultFormat(ResultFormatType.JSON)
                        .result(FOLDER.resolve("engine.json").toString())
                        .build())
                .run();

        assertThat(results).isNotEmpty();
        List<String> table = new ArrayList<>(List.of(
                "| bench | buffer or piece | chunk | metered | µs for each MiB | KiB allocated for each MiB |",
                "| --- | --- | --- | --- | --- | --- |"));
        results.forEach(result -> table.add(row(result)));
        table.forEach(System.out::println);
        Files.write(FOLDER.resolve("engine.md"), table);
    }

    private static String row(RunResult result) {
        String bench = result.getPrimaryResult().getLabel();
        String size = result.getParams().getParam(bench.equals("upload") ? "buffer" : "piece");
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %.0f | %.1f |",
                bench,
                size,
                result.getParams().getParam("chunk"),
                result.getParams().getParam("metered"),
                result.getPrimaryResult().getScore() / MEBIBYTES,
                allocated(result) / 1024 / MEBIBYTES);
    }

    /** Bytes for each call. */
    private static double allocated(RunResult result) {
        return result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .map(entry -> (Result<?>) entry.getValue())
                .mapToDouble(Result::getScore)
                .findFirst()
                .orElseThrow();
    }
}
