package dev.consigne.embedded;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM of its own, with the class path of the tests. */
public final class Jvm {
    private static final Predicate<String> LIBRARY = entry -> entry.endsWith(".jar");

    private Jvm() {}

    /** @param options come after the default ones, and so win */
    public static Process start(Class<?> main, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", libraries() + File.pathSeparator + folders(), main.getName()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** One that runs no class of ours, but does what the options say, with the libraries alone. */
    public static Process startWithLibraries(List<String> options) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", libraries()));
        return run(command);
    }

    /** The libraries of the class path, which come first: an archive of their classes can be used by every process. */
    public static String libraries() {
        return entries(LIBRARY);
    }

    private static String folders() {
        return entries(LIBRARY.negate());
    }

    private static String entries(Predicate<String> kind) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(classPath.split(Pattern.quote(File.pathSeparator), -1))
                .filter(kind)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Process run(List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
