package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the overlay to be copied says all that production leaves to its operator. */
class ExampleOverlayTest {
    private static final Path EXAMPLE = Path.of("k8s/example");
    private static final String LEFT_OPEN = ".invalid";
    private static final Manifests PROD = Overlay.PROD.manifests();

    private final JsonNode example;

    ExampleOverlayTest() throws Exception {
        example = StrictManifests.plain(Files.readString(EXAMPLE.resolve("kustomization.yaml")));
    }

    @Test
    void saysEverythingThatProductionLeavesOpen() {
        Set<String> patched = new TreeSet<>();
        for (JsonNode patch : example.path("patches")) {
            String kind = patch.at("/target/kind").asText();
            for (JsonNode change : StrictManifests.plain(patch.path("patch").asText())) {
                String path = change.path("path").asText();
                assertThat(PROD.only(kind).at(path).isMissingNode())
                        .as(kind + path + " is there to be replaced")
                        .isFalse();
                assertThat(change.path("value").toString()).doesNotContain(LEFT_OPEN);
                patched.add(kind + path);
            }
        }
        assertThat(leftOpen()).isNotEmpty();
        assertThat(patched).containsAll(leftOpen());
        assertThat(PROD.server().getImage())
                .startsWith(example.at("/images/0/name").asText() + "@");
    }

    @Test
    void isToldWhatIsOpenByTheManual() throws Exception {
        String manual = Files.readString(Path.of("k8s/README.md"));
        Set<String> names = Pattern.compile("[\\w.-]+\\.invalid(/\\w+)?")
                .matcher(Overlay.PROD.text())
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        assertThat(names)
                .hasSizeGreaterThan(2)
                .allSatisfy(name -> assertThat(manual).contains(name));
    }

    @Test
    void leavesNothingOpenOnceItIsRendered(@TempDir Path directory) throws Exception {
        assumeTrue(Kubectl.isThere(), "kubectl is not on the PATH, so nothing can be rendered");
        String rendered = Kubectl.kustomize(EXAMPLE, directory);
        assertThat(rendered).doesNotContain(LEFT_OPEN);
        assertThat(StrictManifests.read(rendered)).hasSameSizeAs(PROD.all());
    }

    /** The way of the manual to do without the stores and the vault of the overlay. */
    @Test
    void takesOutWhatIsNotWantedByItsKinds(@TempDir Path directory) throws Exception {
        assumeTrue(Kubectl.isThere(), "kubectl is not on the PATH, so nothing can be rendered");
        Matcher recipe = Pattern.compile("(?s)```yaml\\n(patches:.*?[$]patch: delete.*?)```")
                .matcher(Files.readString(Path.of("k8s/README.md")));
        assertThat(recipe.find()).isTrue();
        Files.writeString(
                directory.resolve("kustomization.yaml"),
                "resources: ["
                        + directory
                                .toRealPath()
                                .relativize(Overlay.PROD.sources().toRealPath()) + "]\n" + recipe.group(1));

        List<HasMetadata> left = StrictManifests.read(Kubectl.kustomize(directory, directory));

        assertThat(left)
                .hasSize(PROD.all().size() - PROD.kind("ExternalSecret").size())
                .noneMatch(manifest -> manifest.getKind().equals("ExternalSecret"));
    }

    private static List<String> leftOpen() {
        List<String> paths = new ArrayList<>();
        for (HasMetadata manifest : PROD.all()) {
            if (!hasPods(manifest)) {
                collect(new ObjectMapper().valueToTree(manifest), manifest.getKind(), paths);
            }
        }
        return paths;
    }

    /** What is open there is the image alone, which is not replaced by a path. */
    private static boolean hasPods(HasMetadata manifest) {
        return Set.of("Deployment", "Job", "CronJob").contains(manifest.getKind());
    }

    private static void collect(JsonNode node, String path, List<String> paths) {
        if (node.isTextual() && node.asText().contains(LEFT_OPEN)) {
            paths.add(path);
        }
        node.properties().forEach(field -> collect(field.getValue(), path + "/" + field.getKey(), paths));
        for (int index = 0; node.isArray() && index < node.size(); index++) {
            collect(node.get(index), path + "/" + index, paths);
        }
    }
}
