package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixRangeTest {
    private static final String LAST = Character.toString(0x10FFFF);

    /** Strings around every prefix below, those that are hard to order among them. */
    private static final List<String> STRINGS = List.of(
            "a",
            "a%",
            "a%b",
            "a/",
            "a/b",
            "a/\uFFFD",
            "a0",
            "ab",
            "z",
            "é",
            "éa",
            "ê",
            "\uD7FF",
            "\uD7FFa",
            "\uE000",
            "\uFFFD",
            Character.toString(0x10000),
            Character.toString(0x1F600) + "x",
            Character.toString(0x1F601),
            Character.toString(0x10FFFD));

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/", "a%", "a_", "é", "z", "\uD7FF", "\uFFFD", "\uD83D\uDE00", "a\uDBFF\uDFFF"})
    void holdsExactlyTheStringsThatBeginWithThePrefix(String prefix) {
        PrefixRange range = PrefixRange.of(prefix);

        assertThat(STRINGS)
                .allSatisfy(
                        string -> assertThat(within(range, string)).as(string).isEqualTo(string.startsWith(prefix)));
        assertThat(within(range, prefix + "\uFFFD\uFFFD")).isTrue();
    }

    @Test
    void hasNoEndBelowTheGreatestCharacterForPrefixesThatCannotGrow() {
        assertThat(PrefixRange.of("").before()).isEqualTo(LAST);
        assertThat(PrefixRange.of("a" + LAST).before()).isEqualTo("b");
    }

    private static boolean within(PrefixRange range, String string) {
        return compare(range.from(), string) <= 0 && compare(string, range.before()) < 0;
    }

    private static int compare(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
}
