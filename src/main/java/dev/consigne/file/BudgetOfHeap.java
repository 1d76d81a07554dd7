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
    private static final String HEAP = "-Xmx";
    private static final String DIRECT = "-XX:MaxDirectMemorySize=";

    @Produces
    @Singleton
    MemoryBudget budget(FileConfig config) {
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        long heap = heap(flags, Runtime.getRuntime().maxMemory());
        return new MemoryBudget(config.memoryBudget().map(ByteSize::bytes).orElse(fitting(heap, direct(flags, heap))));
    }

    /** What is left is for the service itself, its connections, and garbage that has not been collected yet. */
    static long fitting(long heap, long direct) {
        return Math.min(heap, direct) / 2;
    }

    /** As it was asked for: what the JVM says lacks the space that the serial collector keeps free to copy into. */
    static long heap(List<String> flags, long usable) {
        return last(flags, HEAP, usable);
    }

    /** The JVM has no other way to say it; it is as much as the heap if nobody says anything. */
    static long direct(List<String> flags, long heap) {
        return last(flags, DIRECT, heap);
    }

    private static long last(List<String> flags, String name, long otherwise) {
        return flags.stream()
                .filter(flag -> flag.startsWith(name))
                .map(flag -> ByteSize.of(flag.substring(name.length())).bytes())
                .filter(bytes -> bytes > 0)
                .reduce(otherwise, (before, last) -> last);
    }
}
