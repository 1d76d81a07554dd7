package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ContentMeterTest {
    private final ContentId contentId = Samples.newContent();

    @Test
    void accountsForAllBytesAndConsumesNone() {
        // Given
        byte[] bytes = Bytes.seeded(31, 1000);
        ContentMeter meter = new ContentMeter(1000);

        // When
        for (ByteBuffer buffer : Bytes.buffers(bytes, 7)) {
            int before = buffer.remaining();
            meter.pass(buffer);
            assertThat(buffer.remaining()).isEqualTo(before);
        }

        // Then
        assertThat(meter.length()).isEqualTo(1000);
        assertThat(meter.total(contentId, 64)).isEqualTo(Samples.stored(contentId, bytes, 64));
    }

    @Test
    void accountsForNothing() {
        StoredContent total = new ContentMeter(0).total(contentId, 64);

        assertThat(total).isEqualTo(Samples.stored(contentId, new byte[0], 64));
        assertThat(total.layout().chunkCount()).isZero();
    }

    @Test
    void stopsWithTheFirstByteBeyondTheLimit() {
        // Given
        ContentMeter meter = new ContentMeter(10);
        meter.pass(ByteBuffer.allocate(10));

        // When
        assertThatThrownBy(() -> meter.pass(ByteBuffer.allocate(1)))

                // Then
                .isInstanceOfSatisfying(ServiceException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.CONTENT_TOO_LARGE);
                    assertThat(refusal.extensions()).containsEntry("limit", 10L);
                });
    }
}
