package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the budget is made of when nobody says how large it is. */
class BudgetOfHeapTest {
    @Test
    void isHalfOfTheScarcerMemory() {
        assertThat(BudgetOfHeap.fitting(1000, 2000)).isEqualTo(500);
        assertThat(BudgetOfHeap.fitting(2000, 1000)).isEqualTo(500);
    }

    @Test
    void takesTheHeapThatWasAskedForAndElseWhatTheMachineGave() {
        assertThat(BudgetOfHeap.heap(List.of("-Xmx1g", "-XX:+UseSerialGC", "-Xmx256m"), 247 << 20))
                .isEqualTo(256 << 20);
        assertThat(BudgetOfHeap.heap(List.of("-Xms1g"), 247)).isEqualTo(247);
    }

    @Test
    void takesDirectMemoryForAsLargeAsTheHeapUnlessAFlagSaysOtherwise() {
        assertThat(BudgetOfHeap.direct(List.of("-Xmx256m"), 256)).isEqualTo(256);
        assertThat(BudgetOfHeap.direct(List.of("-XX:MaxDirectMemorySize=0"), 256))
                .isEqualTo(256);
        assertThat(BudgetOfHeap.direct(List.of("-XX:MaxDirectMemorySize=1g", "-XX:MaxDirectMemorySize=64m"), 256))
                .isEqualTo(64 << 20);
    }
}
