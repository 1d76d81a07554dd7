package dev.consigne.bench.throughput;

import dev.consigne.artefact.ServiceProcess;
import dev.consigne.bench.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A second process of the service on the same stores, to measure what a change brings: {@code
 * -Dbench.beside.jar=…/quarkus-run.jar} another build, {@code -Dbench.beside.jvm=-XX:…,-D…} with more options, {@code
 * -Dbench.beside.settings=CONSIGNE_…=…,…} other settings. None of them: no second process.
 */
final class Beside {
    private Beside() {}

    /** @param service how the first one was started; changed here */
    static Optional<ServiceProcess> start(ProcessBuilder service) throws Exception {
        String jar = Setting.text("beside.jar", "");
        List<String> options = list("beside.jvm");
        Map<String, String> settings = list("beside.settings").stream()
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
        if (jar.isEmpty() && options.isEmpty() && settings.isEmpty()) {
            return Optional.empty();
        }
        List<String> command = service.command();
        command.addAll(1, options);
        if (!jar.isEmpty()) {
            command.set(command.size() - 1, Path.of(jar).toAbsolutePath().toString());
        }
        service.environment().putAll(settings);
        return Optional.of(ServiceProcess.start(service));
    }

    private static List<String> list(String name) {
        return Stream.of(Setting.text(name, "").split(",", -1))
                .filter(entry -> !entry.isEmpty())
                .toList();
    }
}
