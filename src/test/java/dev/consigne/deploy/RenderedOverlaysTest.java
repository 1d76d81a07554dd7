package dev.consigne.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the committed renderings, which all other tests of the manifests read, are those of the sources. */
class RenderedOverlaysTest {
    private static final Path K8S = Path.of("k8s");

    /** Holds on every machine; who changes a source renders anew, which needs kubectl. */
    @ParameterizedTest
    @EnumSource
    void isOfTheSourcesAsTheyAre(Overlay overlay) throws Exception {
        assertThat(overlay.text().lines().limit(2))
                .as("after a change below k8s/: k8s/render.sh, and commit what it made")
                .last()
                .isEqualTo("# Fingerprint of the sources: " + fingerprint());
    }

    @ParameterizedTest
    @EnumSource
    void isWhatKustomizeMakesOfTheSources(Overlay overlay, @TempDir Path directory) throws Exception {
        assumeTrue(Kubectl.isThere(), "kubectl is not on the PATH, so nothing can be rendered anew");
        assertThat(resources(overlay.text())).isEqualTo(resources(Kubectl.kustomize(overlay.sources(), directory)));
    }

    /** In what order they stand differs between versions of kustomize. */
    private static Map<String, JsonNode> resources(String text) {
        return StrictManifests.documents(text).stream()
                .map(StrictManifests::plain)
                .collect(toMap(
                        resource -> resource.path("kind").asText() + " "
                                + resource.at("/metadata/namespace").asText() + "/"
                                + resource.at("/metadata/name").asText(),
                        Function.identity()));
    }

    private static String fingerprint() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String source : sources()) {
            digest.update((source + "\n").getBytes(UTF_8));
            digest.update(Files.readAllBytes(K8S.resolve(source)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(K8S)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> K8S.relativize(file).toString().replace(File.separatorChar, '/'))
                    .filter(file -> file.matches("(base|components|overlays)/.+"))
                    .sorted()
                    .toList();
        }
    }
}
