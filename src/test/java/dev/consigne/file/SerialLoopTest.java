package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SerialLoopTest {
    @Test
    void staysUsableAfterAStepHasThrown() {
        // Given
        List<Throwable> thrown = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        SerialLoop loop = new SerialLoop(
                () -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("seeded");
                    }
                    return false;
                },
                thrown::add);

        // When
        loop.run();
        loop.run();

        // Then
        assertThat(thrown).singleElement().isInstanceOf(OutOfMemoryError.class);
        assertThat(calls).hasValue(2);
    }

    @Test
    void runsAgainForWhoAsksFromWithinAStep() {
        // Given
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<SerialLoop> self = new AtomicReference<>();
        SerialLoop loop = new SerialLoop(
                () -> {
                    if (calls.incrementAndGet() == 1) {
                        self.get().run();
                    }
                    return false;
                },
                failure -> {});
        self.set(loop);

        // When
        loop.run();

        // Then
        assertThat(calls).hasValue(2);
    }
}
