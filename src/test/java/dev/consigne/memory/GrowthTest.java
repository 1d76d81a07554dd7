package dev.consigne.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many more transfers run than lately. */
class GrowthTest {
    private long nanos = -1; // a clock may begin anywhere
    private final Growth growth = new Growth(() -> nanos);

    @Test
    void countsThoseThatCame() {
        begin(3);

        assertThat(growth.lately()).isEqualTo(3);
    }

    @Test
    void isNothingWhenAsManyGoAsCome() {
        begin(5);
        pass(20);

        for (int i = 0; i < 100; i++) {
            growth.oneMore();
            growth.oneLess();
        }

        assertThat(growth.lately()).isZero();
    }

    @Test
    void remembersThoseThatCameForTenSecondsAtLeastAndTwentyAtMost() {
        pass(9);
        begin(7);

        pass(10);
        assertThat(growth.lately()).isEqualTo(7);
        pass(10);
        assertThat(growth.lately()).isZero();
    }

    @Test
    void forgetsThemHoweverLongNothingHappened() {
        begin(7);
        pass(3600);

        assertThat(growth.lately()).isZero();
        begin(2);
        assertThat(growth.lately()).isEqualTo(2);
    }

    @Test
    void startsFromTheFewestThatRan() {
        begin(10);
        pass(40);

        for (int i = 0; i < 8; i++) {
            growth.oneLess();
        }
        begin(4);

        assertThat(growth.lately()).isEqualTo(4);
    }

    private void begin(int transfers) {
        for (int i = 0; i < transfers; i++) {
            growth.oneMore();
        }
    }

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }
}
