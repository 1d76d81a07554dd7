package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.HandSource;
import dev.consigne.testing.Recording;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the end of a stream is told. */
@Timeout(30)
class EndOnDemandTest {
    private static final ByteBuffer BYTES = ByteBuffer.allocate(1);

    private final HandSource<ByteBuffer> source = new HandSource<>();
    private final EndOnDemand stream = new EndOnDemand(source);

    @Test
    void endsWhenMoreIsAskedForThanThereIs() {
        // Given
        Recording<ByteBuffer> taken = Recording.of(stream, 2);
        source.emit(BYTES);
        source.emit(BYTES);

        // When
        source.complete();

        // Then
        assertThat(taken.items()).hasSize(2);
        assertThat(taken.endings()).isZero();
        taken.request(1);
        assertThat(taken.completed()).isTrue();
        taken.request(1);
        assertThat(taken.endings()).isOne();
    }

    @Test
    void endsAtOnceIfMoreWasAskedFor() {
        Recording<ByteBuffer> taken = Recording.of(stream, 2);

        source.emit(BYTES);
        source.complete();

        assertThat(taken.completed()).isTrue();
    }

    @Test
    void failsWithoutDemand() {
        IllegalStateException broken = new IllegalStateException("broken");
        Recording<ByteBuffer> taken = Recording.of(stream, 0);

        source.fail(broken);

        assertThat(taken.failure()).containsSame(broken);
    }

    @Test
    void tellsNothingAfterACancellation() {
        Recording<ByteBuffer> taken = Recording.of(stream, 1);

        taken.cancel();
        source.complete();

        assertThat(taken.endings()).isZero();
        assertThat(source.cancelled()).isTrue();
    }

    @Test
    void refusesADemandThatIsNotPositive() {
        Recording<ByteBuffer> taken = Recording.of(stream, 0);

        taken.request(0);

        assertThat(taken.failure()).containsInstanceOf(IllegalArgumentException.class);
        assertThat(source.cancelled()).isTrue();
    }

    @RepeatedTest(200)
    void endsOnceWhenTheDemandComesWithTheEnd() throws Exception {
        // Given
        Recording<ByteBuffer> taken = Recording.of(stream, 1);
        source.emit(BYTES);
        Thread asking = new Thread(() -> taken.request(1));

        // When
        asking.start();
        source.complete();
        asking.join();

        // Then
        assertThat(taken.completed()).isTrue();
        assertThat(taken.endings()).isOne();
    }
}
