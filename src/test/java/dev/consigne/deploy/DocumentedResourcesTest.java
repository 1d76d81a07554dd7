package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Resources that the manual has people apply: each is one that its operator takes, and is about what prod has. */
class DocumentedResourcesTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");

    /** There is no schema of these in the tests. */
    private static final Set<String> UNSEEN =
            Set.of("Backup", "PerconaServerMongoDBBackup", "PerconaServerMongoDBRestore");

    @Test
    void areWhatTheirOperatorsTake() throws IOException {
        List<JsonNode> resources = resources();
        assertThat(resources).hasSizeGreaterThanOrEqualTo(4);
        assertThat(resources)
                .filteredOn(resource -> !UNSEEN.contains(kind(resource)))
                .isNotEmpty()
                .allSatisfy(resource ->
                        assertThat(ResourceSchemas.violations(resource)).isEmpty());
    }

    @Test
    void areOfTheClustersOfProduction() throws IOException {
        Manifests prod = Overlay.PROD.manifests();
        String postgres = prod.kind("Cluster").get(0).at("/metadata/name").asText();
        String mongo =
                prod.kind("PerconaServerMongoDB").get(0).at("/metadata/name").asText();
        String objectStore =
                prod.kind("ObjectStore").get(0).at("/metadata/name").asText();
        List<JsonNode> resources = resources();
        assertThat(resources)
                .extracting(resource -> resource.at("/metadata/namespace").asText())
                .containsOnly(
                        prod.kind("Cluster").get(0).at("/metadata/namespace").asText());
        assertThat(values(resources, "clusterName")).isNotEmpty().containsOnly(mongo);
        assertThat(values(resources, "barmanObjectName")).isNotEmpty().containsOnly(objectStore);
        assertThat(resources)
                .filteredOn(resource -> kind(resource).equals("Backup"))
                .isNotEmpty()
                .allSatisfy(backup ->
                        assertThat(backup.at("/spec/cluster/name").asText()).isEqualTo(postgres));
    }

    private static List<String> values(List<JsonNode> resources, String field) {
        return resources.stream()
                .flatMap(resource -> resource.findValuesAsText(field).stream())
                .toList();
    }

    private static List<JsonNode> resources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .flatMap(file -> BLOCK.matcher(read(file)).results())
                    .map(block -> StrictManifests.plain(block.group(1)))
                    .filter(document -> document.has("apiVersion"))
                    .toList();
        }
    }

    private static String kind(JsonNode resource) {
        return resource.path("kind").asText();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
