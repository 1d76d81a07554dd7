package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The kubectl of the machine, if it has one; of it, kustomize alone, which needs no cluster. */
final class Kubectl {
    private static final int RENDERED_WITHIN_SECONDS = 30;

    private Kubectl() {}

    static boolean isThere() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "kubectl"))
                .anyMatch(Files::isExecutable);
    }

    /** @param directory where the output may be kept meanwhile */
    static String kustomize(Path overlay, Path directory) throws IOException, InterruptedException {
        Path output = directory.resolve("rendered.yaml");
        Process kustomize = new ProcessBuilder("kubectl", "kustomize", overlay.toString())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(kustomize.waitFor(RENDERED_WITHIN_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            kustomize.destroy();
        }
        assertThat(kustomize.exitValue()).isZero();
        return Files.readString(output);
    }
}
