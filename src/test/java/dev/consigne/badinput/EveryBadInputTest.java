package dev.consigne.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tags;
import org.junit.jupiter.api.Test;

/** The table of refused input in {@code docs/http.md}: each line is held by a test with its tag, or says why not. */
class EveryBadInputTest {
    private static final Pattern LINE = Pattern.compile("^\\| I(\\d+) \\|(.*)\\|(.*)\\|$", Pattern.MULTILINE);
    private static final String NOT_OFFERED = "not offered";

    @Test
    void numbersItsLinesFrom1To100() throws IOException {
        assertThat(lines().keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void holdsEveryLineByATestUnlessThereIsNothingToTest() throws IOException {
        Set<Integer> answered = lines().entrySet().stream()
                .filter(line -> !line.getValue().startsWith(NOT_OFFERED))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(tagged()).containsExactlyElementsOf(answered);
    }

    @Test
    void saysWhatIsMissingWhereThereIsNothingToTest() throws IOException {
        assertThat(lines().values())
                .allSatisfy(answer -> assertThat(answer).isNotBlank())
                .filteredOn(answer -> answer.startsWith(NOT_OFFERED))
                .allSatisfy(answer -> assertThat(answer).matches(NOT_OFFERED + ": .{10,}"));
    }

    private static Map<Integer, String> lines() throws IOException {
        Map<Integer, String> lines = new TreeMap<>();
        Matcher line = LINE.matcher(Files.readString(Path.of("docs/http.md")));
        while (line.find()) {
            assertThat(lines.put(Integer.valueOf(line.group(1)), line.group(3).strip()))
                    .as("I%s is there twice", line.group(1))
                    .isNull();
        }
        return lines;
    }

    private static Set<Integer> tagged() {
        return new ClassFileImporter()
                .importPackages("dev.consigne").stream()
                        .flatMap(type -> type.getMethods().stream())
                        .flatMap(EveryBadInputTest::tags)
                        .filter(tag -> tag.matches("I\\d+"))
                        .map(tag -> Integer.valueOf(tag.substring(1)))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> tags(JavaMethod method) {
        Stream<Tag> one = method.tryGetAnnotationOfType(Tag.class).stream();
        Stream<Tag> many =
                method.tryGetAnnotationOfType(Tags.class).stream().flatMap(tags -> Arrays.stream(tags.value()));
        return Stream.concat(one, many).map(Tag::value);
    }
}
