package dev.consigne.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileConfig;
import dev.consigne.testing.Settings;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of settings in the README, row {@code | `key` | default | meaning |}, says what the code says. */
class SettingsTableTest {
    private static final Pattern ROW =
            Pattern.compile("\\| *`(consigne\\.[a-z0-9.-]+)` *\\| *([^|]*?) *\\| *([^|]+?) *\\|");

    /** Those that no config interface reads, with what the table says of them. */
    private static final Map<String, String> OTHERS = Map.of(
            "consigne.access", "",
            "consigne.demo-bucket", "",
            "consigne.embedded.enabled", "true",
            "consigne.embedded.folder", ".consigne/dev",
            "consigne.embedded.heap", "768m");

    @Test
    void listsEverySettingWithItsDefaultAndNoOther() throws Exception {
        Map<String, String> expected = new TreeMap<>(OTHERS);
        configInterfaces().forEach(type -> expected.putAll(Settings.defaults(type)));
        assertThat(expected).hasSizeGreaterThanOrEqualTo(OTHERS.size() + 18);

        assertThat(table()).containsExactlyInAnyOrderEntriesOf(expected);
    }

    private static List<Class<?>> configInterfaces() throws IOException, URISyntaxException {
        Path classes = Path.of(FileConfig.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.startsWith("dev/consigne/") && file.endsWith("Config.class"))
                    .<Class<?>>map(file -> load(file.replace('/', '.').replace(".class", "")))
                    .filter(type -> type.isAnnotationPresent(ConfigMapping.class))
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Keys and defaults of the section, without the marks of code around a default. */
    private static Map<String, String> table() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        Map<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(section(readme));
        while (row.find()) {
            String before = rows.put(row.group(1), row.group(2).replace("`", ""));
            assertThat(before).as(row.group(1) + " is listed once").isNull();
        }
        return rows;
    }

    private static String section(String readme) {
        int start = readme.indexOf("\n## Settings\n");
        assertThat(start).as("README.md has a section Settings").isNotNegative();
        int end = readme.indexOf("\n## ", start + 1);
        return readme.substring(start, end < 0 ? readme.length() : end);
    }
}
