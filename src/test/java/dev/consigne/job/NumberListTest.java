package dev.consigne.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NumberListTest {
    @Test
    void writesNeighboursAsRanges() {
        assertThat(of(IntStream.of(0, 3, 4, 5, 9))).hasToString("5 (0, 3-5, 9)");
        assertThat(of(IntStream.range(0, 1_000_000))).hasToString("1000000 (0-999999)");
        assertThat(of(IntStream.empty()).isEmpty()).isTrue();
    }

    @Test
    void listsOnlyTheFirstRangesAndCountsTheRest() {
        String text = of(IntStream.range(0, 1000).map(number -> 2 * number)).toString();

        assertThat(text).startsWith("1000 (0, 2, 4,").endsWith("36, 38, and 980 more)");
    }

    private static NumberList of(IntStream numbers) {
        NumberList list = new NumberList();
        numbers.forEach(list::add);
        return list;
    }
}
