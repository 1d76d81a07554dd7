package dev.consigne.crash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same to many, a few at once. */
final class AtOnce {
    private static final int PROCESSES = 3;

    private AtOnce() {}

    /** What may fail. */
    interface Work<C, R> {
        R of(C item) throws Exception;
    }

    /** The result of each; fails after the last one if any failed, with all failures. */
    static <C, R> Map<C, R> each(List<C> items, Work<C, R> work) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
        try {
            Map<C, Future<R>> running = new LinkedHashMap<>();
            items.forEach(item -> running.put(item, threads.submit(() -> work.of(item))));
            return results(running);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <C, R> Map<C, R> results(Map<C, Future<R>> running) throws InterruptedException {
        Map<C, R> results = new LinkedHashMap<>();
        List<Throwable> failures = new ArrayList<>();
        for (Map.Entry<C, Future<R>> each : running.entrySet()) {
            try {
                results.put(each.getKey(), each.getValue().get());
            } catch (ExecutionException failed) {
                failures.add(new AssertionError(each.getKey() + ": " + failed.getCause(), failed.getCause()));
            }
        }
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(failures.size() + " of " + running.size() + " went wrong");
            failures.forEach(all::addSuppressed);
            throw all;
        }
        return results;
    }
}
