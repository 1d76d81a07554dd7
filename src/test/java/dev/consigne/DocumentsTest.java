package dev.consigne;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written for people: every link within the project leads somewhere, and no page is too long to be read. */
class DocumentsTest {
    private static final int MAX_LINES = 400;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^\\s*```.*?^\\s*```\\s*$");

    static Stream<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"));
                Stream<Path> manifests = Files.walk(Path.of("k8s"))) {
            return Stream.concat(
                    Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("docker/README.md")),
                    Stream.concat(docs, manifests)
                            .filter(file -> file.toString().endsWith(".md"))
                            .sorted()
                            .toList()
                            .stream());
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void leadsSomewhereWithEveryLink(Path document) {
        assertThat(links(document)).allSatisfy(link -> {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
            assertThat(target).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).as(link).contains(parts[1]);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("documents")
    void isNotTooLongToBeRead(Path document) {
        assertThat(read(document).lines().count()).isLessThanOrEqualTo(MAX_LINES);
    }

    private static List<String> links(Path document) {
        return LINK.matcher(BLOCK.matcher(read(document)).replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("\\w+:.*"))
                .toList();
    }

    /** As the places that show these pages make them of headings. */
    private static Set<String> anchors(Path document) {
        return BLOCK.matcher(read(document))
                .replaceAll("")
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
