package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.deploy.Dockerfile;
import dev.consigne.deploy.Dockerfile.Instruction;
import dev.consigne.deploy.Dockerfile.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The build stage of docker/Dockerfile.jvm, without an engine: what it copies from the project is all that its RUN needs.
 * The libraries are those this build has already.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the command is for a shell of Linux")
class ImageBuildIT {
    private static final Stage BUILD =
            Dockerfile.read(Path.of("docker/Dockerfile.jvm")).stages().get(0);
    private static final String LOCAL = "-Dmaven.repo.local=/m2/repository";

    /** That of this build, as its tests are told. */
    private static final String OWN = System.getProperty("localRepository");

    private static final long MINUTES = 5;

    @TempDir
    Path code;

    @Test
    void buildsWhatTheImageTakesFromWhatItCopiesAlone() throws Exception {
        for (Instruction copy : BUILD.all("COPY")) {
            copy(copy.words());
        }
        Instruction run = BUILD.all("RUN").get(0);
        assertThat(run.command()).contains(LOCAL);
        Path log = code.resolve("build.log");

        int exit = run(run.command().replace(LOCAL, "-o -Dmaven.repo.local='" + OWN + "'"), log);

        assertThat(exit).as(Files.readString(log)).isZero();
        Path built = code.resolve("target/quarkus-app");
        assertThat(names(built)).isNotEmpty().isEqualTo(names(Path.of("target/quarkus-app")));
    }

    private int run(String command, Path log) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .directory(code.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MAVEN_OPTS");
        builder.environment().remove("MAVEN_ARGS");
        Process process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IllegalStateException("still running: " + Files.readString(log));
        }
        return process.exitValue();
    }

    private void copy(List<String> words) throws IOException {
        Path into = code.resolve(words.get(words.size() - 1)).normalize();
        for (String source : words.subList(0, words.size() - 1)) {
            Path from = Path.of(source);
            try (Stream<Path> all = Files.walk(from)) {
                for (Path path : all.toList()) {
                    Path to = Files.isDirectory(from)
                            ? into.resolve(from.relativize(path).toString())
                            : into.resolve(from.getFileName());
                    Files.createDirectories(to.getParent());
                    if (!Files.isDirectory(path)) {
                        Files.copy(path, to, StandardCopyOption.COPY_ATTRIBUTES);
                    }
                }
            }
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.map(path -> directory.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }
}
