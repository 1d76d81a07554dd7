package dev.consigne.embedded;

import java.util.List;
import java.util.Optional;

/**
 * The stores this JVM has started, one process per folder. Known by system properties, not by statics: dev and test
 * mode ask from several class loaders, and after each reload from another.
 */
final class RunningStores {

    private static final System.Logger LOG = System.getLogger(RunningStores.class.getName());

    /** The same object in all class loaders, because string constants are. */
    private static final Object JVM_WIDE_LOCK = "dev.consigne.embedded.RunningStores";

    private RunningStores() {}

    /**
     * The stores of a folder, started if they do not run.
     *
     * @throws IllegalStateException if they cannot be started; the message is for people
     */
    static ReadyLine in(StoresFolder folder, String heap, List<String> stores) {
        String name = "dev.consigne.embedded.running " + folder.path() + " " + String.join(" ", stores);
        synchronized (JVM_WIDE_LOCK) {
            return alive(System.getProperty(name, "")).orElseGet(() -> start(folder, heap, stores, name));
        }
    }

    private static ReadyLine start(StoresFolder folder, String heap, List<String> stores, String name) {
        long begin = System.nanoTime();
        StoresProcess started = StoresProcess.start(folder, heap, stores);
        System.setProperty(name, started.process().pid() + " " + started.ready());
        LOG.log(
                System.Logger.Level.INFO,
                "Embedded stores in {0}: {1}, after {2} ms",
                folder.path(),
                started.ready(),
                (System.nanoTime() - begin) / 1_000_000);
        return started.ready();
    }

    private static Optional<ReadyLine> alive(String property) {
        String[] pidAndLine = property.split(" ", 2);
        return pidAndLine.length == 2
                        && ProcessHandle.of(Long.parseLong(pidAndLine[0]))
                                .filter(ProcessHandle::isAlive)
                                .isPresent()
                ? Optional.of(ReadyLine.parse(pidAndLine[1]))
                : Optional.empty();
    }
}
