package dev.consigne.bench.throughput;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Arms that do the same work, in turns: each repetition has all of them, in another order, after rounds to warm up. */
final class Race {
    private static final double NANOS = 1e9;

    /**
     * One run of an arm.
     *
     * @param seconds it took
     * @param cpu of the processes that did it
     * @param stores of the stores' process
     */
    record Run(double seconds, ProcessCpu cpu, ProcessCpu stores) {}

    /** What is known of an arm: all its runs but those for warming up. */
    record Result(String arm, List<Run> runs) {
        /** Middle, least and most of a figure. */
        double[] spread(ToDoubleFunction<Run> figure) {
            double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            return new double[] {median, sorted[0], sorted[sorted.length - 1]};
        }

        double median(ToDoubleFunction<Run> figure) {
            return spread(figure)[0];
        }

        String text(ToDoubleFunction<Run> figure) {
            double[] spread = spread(figure);
            String form = Arrays.stream(spread).max().orElse(0) < 10 ? "%.2f (%.2f–%.2f)" : "%.0f (%.0f–%.0f)";
            return String.format(Locale.ROOT, form, spread[0], spread[1], spread[2]);
        }
    }

    private final List<Long> stores;
    private final int warmUp;
    private final int repetitions;

    Race(List<Long> stores, int warmUp, int repetitions) {
        this.stores = stores;
        this.warmUp = warmUp;
        this.repetitions = repetitions;
    }

    Map<String, Result> run(List<Arm> arms) throws Exception {
        Map<String, Result> results = new LinkedHashMap<>();
        arms.forEach(arm -> results.put(arm.name(), new Result(arm.name(), new ArrayList<>())));
        List<Arm> order = new ArrayList<>(arms);
        for (int round = 0; round < warmUp + repetitions; round++) {
            for (Arm arm : order) {
                Run run = measure(arm);
                if (round >= warmUp) {
                    results.get(arm.name()).runs().add(run);
                }
            }
            Collections.rotate(order, 1);
        }
        return results;
    }

    private Run measure(Arm arm) throws Exception {
        ProcessCpu before = ProcessCpu.of(arm.pids());
        ProcessCpu storesBefore = ProcessCpu.of(stores);
        long start = System.nanoTime();
        arm.work().run();
        double seconds = (System.nanoTime() - start) / NANOS;
        Run run = new Run(
                seconds,
                ProcessCpu.of(arm.pids()).since(before),
                ProcessCpu.of(stores).since(storesBefore));
        arm.clearing().run();
        return run;
    }
}
