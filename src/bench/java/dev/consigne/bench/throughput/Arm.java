package dev.consigne.bench.throughput;

import java.util.List;

/**
 * One way to do a piece of work, measured beside others that do the same.
 *
 * @param name of the row
 * @param pids whose processor time it costs: this process, or the service
 * @param work done once for each repetition; fails if an answer is wrong
 * @param clearing done after it, and not measured
 */
record Arm(String name, List<Long> pids, Work work, Work clearing) {
    Arm(String name, List<Long> pids, Work work) {
        this(name, pids, work, () -> {});
    }

    interface Work {
        void run() throws Exception;
    }
}
