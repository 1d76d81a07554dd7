package dev.consigne.deploy;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests as they are written. */
class KubernetesManifestsTest extends ManifestContract {

    static final Path BASE = Path.of("k8s/base");

    private final Map<String, Object> kustomization =
            new Yaml(new SafeConstructor(new LoaderOptions())).load(read("kustomization.yaml"));

    private final List<HasMetadata> manifests = resources().stream()
            .flatMap(file -> StrictManifests.read(read(file)).stream())
            .toList();

    @Test
    void listsEveryFileOfTheBase() throws IOException {
        try (Stream<Path> files = Files.list(BASE)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> !name.equals("kustomization.yaml"))
                    .containsExactlyInAnyOrderElementsOf(resources());
        }
    }

    @Test
    void refusesAFieldThatKubernetesDoesNotKnow() {
        assertThatThrownBy(() -> StrictManifests.read(read("deployment.yaml").replace("  replicas:", "  replicaz:")))
                .hasMessageContaining("Deployment.spec.replicaz");
        assertThatThrownBy(() -> StrictManifests.read(
                        read("deployment.yaml").replace("readOnlyRootFilesystem:", "readOnlyRootFileSystem:")))
                .hasMessageContaining("securityContext.readOnlyRootFileSystem");
    }

    @Test
    void refusesAKindThatKubernetesDoesNotKnow() {
        assertThatThrownBy(() ->
                        StrictManifests.read(read("deployment.yaml").replace("kind: Deployment", "kind: Deploymint")))
                .hasMessageContaining("Deploymint");
    }

    @Override
    List<HasMetadata> manifests() {
        return manifests;
    }

    @Override
    Map<String, String> settings() {
        Map<String, Object> generator = entries("configMapGenerator").get(0);
        assertThat(generator).containsEntry("name", "consigne-settings");
        return strings(generator.get("literals")).stream()
                .map(literal -> literal.split("=", 2))
                .collect(toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** A manifest names the image alone; its version stands in the kustomization. */
    @Override
    String imageOf(Container container) {
        return entries("images").stream()
                .filter(image -> image.get("name").equals(container.getImage()))
                .map(image -> image.get("name") + ":" + image.get("newTag"))
                .findFirst()
                .orElse(container.getImage());
    }

    private List<String> resources() {
        return strings(kustomization.get("resources"));
    }

    private static List<String> strings(Object list) {
        return ((List<?>) list).stream().map(String.class::cast).toList();
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> entries(String key) {
        return (List<Map<String, Object>>) kustomization.get(key);
    }

    private static String read(String file) {
        try {
            return Files.readString(BASE.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
