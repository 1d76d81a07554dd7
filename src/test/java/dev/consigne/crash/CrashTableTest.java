package dev.consigne.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every crash point of the protocol has a case, or a reason why it has none. */
class CrashTableTest {
    private static final int POINTS = 25;

    /** By name, for the one in another package is not seen from here. */
    private static final List<String> TAGGED = List.of(
            "dev.consigne.crash.LateChunkIT",
            "dev.consigne.crash.OverwriteCrashIT",
            "dev.consigne.crash.CollectorCrashIT",
            "dev.consigne.artefact.CrashIT");

    private static final Map<String, String> WITHOUT = Map.of(
            "C12", "a commit that is only local is an answer of PostgreSQL, not a crash of the service",
            "C23", "a sighting is one statement and removes nothing: a sweep that died is one that was not run",
            "C24", "it leaves a SUSPECT with its manifest, as C9 does in time; AdoptionTest adopts one",
            "C25", "this version encrypts nothing: there is no key to rotate");

    @Test
    void everyPointHasACaseOrAReason() {
        TreeSet<String> accounted = new TreeSet<>(cases());
        accounted.addAll(WITHOUT.keySet());

        assertThat(accounted)
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, POINTS)
                        .mapToObj(number -> "C" + number)
                        .toList());
    }

    @Test
    void noReasonIsGivenForAPointThatHasACase() {
        assertThat(cases()).doesNotContainAnyElementsOf(WITHOUT.keySet());
    }

    private static TreeSet<String> cases() {
        return Stream.of(
                        UploadCase.all().stream().map(each -> each.point().number()),
                        DeleteCase.all().stream().map(each -> each.point().number()),
                        Arrays.stream(CollectorPoint.values()).map(CollectorPoint::number),
                        TAGGED.stream().flatMap(CrashTableTest::tags))
                .flatMap(numbers -> numbers)
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> tags(String className) {
        try {
            Class<?> test = Class.forName(className);
            return Stream.concat(Stream.of(test), Arrays.stream(test.getDeclaredMethods()))
                    .flatMap((AnnotatedElement element) -> Arrays.stream(element.getAnnotationsByType(Tag.class)))
                    .map(Tag::value);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
