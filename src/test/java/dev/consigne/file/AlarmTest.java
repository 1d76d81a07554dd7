package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Waiting for real time, and giving it up. */
class AlarmTest {
    @Test
    void answersWhenTheTimeIsOverAndNotBefore() {
        long start = Ticker.SYSTEM.nanos();

        Ticker.SYSTEM.after(Duration.ofMillis(30)).await().atMost(Duration.ofSeconds(20));

        assertThat(Ticker.SYSTEM.since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    void answersAtOnceWhenTheTimeHasPassed() {
        Ticker.SYSTEM.after(Duration.ofHours(-1)).await().atMost(Duration.ofSeconds(20));
    }

    @Test
    void keepsNothingOfAWaitThatWasCancelled() {
        // Given
        int before = Alarm.waiting();
        Uni<Void> tomorrow = Ticker.SYSTEM.after(Duration.ofDays(1));
        List<Cancellable> waits = IntStream.range(0, 1000)
                .mapToObj(i -> tomorrow.subscribe().with(done -> {}))
                .toList();
        assertThat(Alarm.waiting()).isEqualTo(before + 1000);

        // When
        waits.forEach(Cancellable::cancel);

        // Then
        assertThat(Alarm.waiting()).isEqualTo(before);
    }
}
