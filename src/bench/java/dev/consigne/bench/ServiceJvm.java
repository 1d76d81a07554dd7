package dev.consigne.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the service's JVM is started: with {@code -Dbench.heap}, the images' collector unless {@code -Dbench.gc=UseG1GC} names
 * another, and the words of {@code -Dbench.jvm}.
 */
public final class ServiceJvm {
    private ServiceJvm() {}

    /** @param heap if none is set */
    public static List<String> options(String heap) {
        List<String> options =
                new ArrayList<>(List.of("-Xmx" + heap(heap), "-XX:+" + Setting.text("gc", "UseSerialGC")));
        Stream.of(Setting.text("jvm", "").split(" ", -1))
                .filter(word -> !word.isEmpty())
                .forEach(options::add);
        return options;
    }

    /** @param fallback if none is set */
    public static String heap(String fallback) {
        return Setting.text("heap", fallback);
    }
}
