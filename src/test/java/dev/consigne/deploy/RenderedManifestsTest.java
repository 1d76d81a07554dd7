package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests as kustomize renders them: what a cluster would get. */
class RenderedManifestsTest extends ManifestContract {

    private static List<HasMetadata> manifests;

    @BeforeAll
    static void render(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(isOnThePath("kubectl"), "kubectl is not on the PATH, so nothing can be rendered");
        Path output = directory.resolve("rendered.yaml");
        Process kustomize = new ProcessBuilder("kubectl", "kustomize", KubernetesManifestsTest.BASE.toString())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(kustomize.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(kustomize.exitValue()).isZero();
        manifests = StrictManifests.read(Files.readString(output));
    }

    @Test
    void rollsThePodsWhenASettingChanges() {
        String name = only(ConfigMap.class).getMetadata().getName();
        assertThat(name).matches("consigne-settings-[a-z0-9]{10}");
        assertThat(containers())
                .allSatisfy(container -> assertThat(container.getEnvFrom())
                        .extracting(source -> source.getConfigMapRef().getName())
                        .containsExactly(name));
    }

    @Test
    void keepsEverythingInOneNamespace() {
        String namespace = only(Namespace.class).getMetadata().getName();
        assertThat(manifests())
                .filteredOn(manifest -> !(manifest instanceof Namespace))
                .allSatisfy(manifest ->
                        assertThat(manifest.getMetadata().getNamespace()).isEqualTo(namespace));
    }

    @Override
    List<HasMetadata> manifests() {
        return manifests;
    }

    @Override
    Map<String, String> settings() {
        return only(ConfigMap.class).getData();
    }

    @Override
    String imageOf(Container container) {
        return container.getImage();
    }

    private static boolean isOnThePath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .anyMatch(Files::isExecutable);
    }
}
