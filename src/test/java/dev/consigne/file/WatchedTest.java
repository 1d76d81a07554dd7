package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.HandSource;
import dev.consigne.testing.Recording;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes on their way past somebody who looks. */
class WatchedTest {
    private final HandSource<ByteBuffer> source = new HandSource<>();
    private final List<ByteBuffer> seen = new ArrayList<>();

    @Test
    void showsEachBufferBeforeItPasses() {
        Recording<ByteBuffer> passed = Recording.of(new Watched(source, seen::add), 2);
        ByteBuffer first = ByteBuffer.allocate(3);

        source.emit(first);
        source.complete();

        assertThat(source.requested()).isEqualTo(2);
        assertThat(seen).containsExactly(first);
        assertThat(passed.items()).containsExactly(first);
        assertThat(passed.completed()).isTrue();
    }

    @Test
    void endsWithWhatItsWatcherThrows() {
        // Given
        IllegalStateException enough = new IllegalStateException("enough");
        Recording<ByteBuffer> passed = Recording.of(
                new Watched(source, bytes -> {
                    throw enough;
                }),
                5);

        // When
        source.emit(ByteBuffer.allocate(1));

        // Then
        assertThat(passed.failure()).containsSame(enough);
        assertThat(passed.items()).isEmpty();
        assertThat(passed.endings()).isOne();
        assertThat(source.cancelled()).isTrue();
    }

    @Test
    void passesDemandFailureAndCancellationOn() {
        IllegalStateException broken = new IllegalStateException("broken");
        Recording<ByteBuffer> passed = Recording.of(new Watched(source, seen::add), 0);

        passed.request(3);
        source.fail(broken);

        assertThat(source.requested()).isEqualTo(3);
        assertThat(passed.failure()).containsSame(broken);
        assertThat(passed.endings()).isOne();
    }
}
