package dev.consigne.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules and the dashboard are only as well checked as this reads them. */
class MeterSelectorTest {
    private static final List<String> EXPOSED = List.of(
            "a_total 1.0", "b_total{kind=\"x\",} 0.0", "b_total{kind=\"y\",} 0.0", "c_bucket{le=\"0.25\",} 1.0");

    @Test
    void findsMetersAndNothingElse() {
        assertThat(MeterSelector.in("sum by (a, b) (rate(one_total[5m])) / on (x) group_left (y) two_total > 1.5 * 10"
                        + " and absent(three) or four unless five_total"))
                .extracting(MeterSelector::meter)
                .containsExactly("one_total", "two_total", "three", "four", "five_total");
    }

    @Test
    void findsTheValuesOfLabels() {
        assertThat(MeterSelector.in(
                        "max(one{a=\"x\", b=~\"y|z|5..\", c!=\"w\", d!~\"v\", namespace=~\"$namespace\"}[$__range])"))
                .containsExactly(new MeterSelector("one", Map.of("a", List.of("x"), "b", List.of("y", "z"))));
    }

    @Test
    void findsWhatIsNotExposed() {
        assertThat(missing("sum(rate(a_total[1m])) / b_total{kind=~\"x|y\"} + c_bucket{le=\"0.25\"}"))
                .isEmpty();
        assertThat(missing("a_totals > 0 or a")).containsExactly("a_totals", "a");
        assertThat(missing("b_total{kind=~\"x|z\"}")).containsExactly("b_total{kind=\"z\"}");
        assertThat(missing("b_total{sort=\"x\"}")).containsExactly("b_total{sort=\"x\"}");
        assertThat(missing("c_bucket{le=\"0.5\"}")).containsExactly("c_bucket{le=\"0.5\"}");
    }

    private static List<String> missing(String expression) {
        return MeterSelector.in(expression).stream()
                .flatMap(selector -> selector.missingIn(EXPOSED))
                .toList();
    }
}
