package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What the built artefact is made of, held against what its bill of materials says. */
@DisabledIfSystemProperty(named = "quick", matches = ".*", disabledReason = "-Dquick makes no bill of materials")
class BillOfMaterialsIT {
    private static final Path LIBRARIES = Path.of("target/quarkus-app/lib");

    /** One of these is enough; of what has several, its user may choose. */
    private static final Set<String> ALLOWED = Set.of(
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "CC0-1.0",
            "EPL-1.0",
            "EPL-2.0",
            "MIT",
            "MIT-0",
            "Public Domain");

    private static List<JsonNode> components;

    @BeforeAll
    static void readBill() throws IOException {
        JsonNode bill = new ObjectMapper().readTree(Path.of("target/bom.json").toFile());
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        components = elements(bill.path("components")).toList();
    }

    @Test
    void namesEachLibraryOfTheArtefact() throws IOException {
        Set<String> named = components.stream().map(BillOfMaterialsIT::file).collect(Collectors.toSet());

        assertThat(libraries()).isNotEmpty().allMatch(named::contains, "named in target/bom.json");
    }

    @Test
    void saysOfEachLibraryWhatItMustBe() throws IOException {
        Set<String> libraries = libraries();

        assertThat(components)
                .filteredOn(component -> libraries.contains(file(component)))
                .allMatch(component -> component.path("purl").asText().startsWith("pkg:maven/"), "has a package URL")
                .allMatch(
                        component -> elements(component.path("hashes"))
                                .anyMatch(hash -> hash.path("alg").asText().equals("SHA-256")),
                        "has a digest");
    }

    @Test
    void allowsTheUseOfEachLibrary() throws IOException {
        Set<String> libraries = libraries();
        Predicate<JsonNode> allowed = component -> licences(component).anyMatch(ALLOWED::contains);

        assertThat(components)
                .filteredOn(component -> libraries.contains(file(component)))
                .filteredOn(allowed.negate())
                .extracting(component ->
                        file(component) + ": " + licences(component).toList())
                .isEmpty();
    }

    private static Set<String> libraries() throws IOException {
        try (Stream<Path> files = Files.walk(LIBRARIES)) {
            return files.map(file -> Objects.requireNonNull(file.getFileName()).toString())
                    .filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** As the build calls it. */
    private static String file(JsonNode component) {
        String classifier = component.path("purl").asText().replaceAll("^[^?]*\\??|type=[^&]*|&?classifier=|&", "");
        return component.path("group").asText() + "." + component.path("name").asText() + "-"
                + component.path("version").asText() + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar";
    }

    private static Stream<String> licences(JsonNode component) {
        return elements(component.path("licenses")).map(entry -> {
            JsonNode licence = entry.path("license");
            return licence.path("id")
                    .asText(licence.path("name").asText(entry.path("expression").asText()));
        });
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
