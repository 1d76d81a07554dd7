package dev.consigne.file;

import dev.consigne.memory.MemoryBudget;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The budget of the process: as the settings say, or what its memory allows. */
@ApplicationScoped
class BudgetOfHeap {
    private static final String DIRECT = "-XX:MaxDirectMemorySize=";

    @Produces
    @Singleton
    MemoryBudget budget(FileConfig config) {
        long heap = Runtime.getRuntime().maxMemory();
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return new MemoryBudget(config.memoryBudget().map(ByteSize::bytes).orElse(fitting(heap, direct(flags, heap))));
    }

    /** What is left is for the service itself, its connections, and garbage that has not been collected yet. */
    static long fitting(long heap, long direct) {
        return Math.min(heap, direct) / 2;
    }

    /** The JVM has no other way to say it; it is as much as the heap if nobody says anything. */
    static long direct(List<String> flags, long heap) {
        return flags.stream()
                .filter(flag -> flag.startsWith(DIRECT))
                .map(flag -> ByteSize.of(flag.substring(DIRECT.length())).bytes())
                .filter(bytes -> bytes > 0)
                .reduce(heap, (before, last) -> last);
    }
}
