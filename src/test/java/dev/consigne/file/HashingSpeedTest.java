package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HashingSpeedTest {
    private static final long ROUND_BYTES = 256 * 1024;

    /** On a clock that moves by so much whenever somebody looks. */
    @Test
    void takesTheFastestRound() {
        AtomicLong looks = new AtomicLong();
        AtomicLong now = new AtomicLong();
        Ticker slowAtFirst = () -> now.addAndGet(looks.incrementAndGet() < 20 ? 10_000_000 : 100_000);

        HashingSpeed speed = HashingSpeed.measure(slowAtFirst);

        assertThat(speed.sha256()).isEqualTo(ROUND_BYTES * 10_000.0);
        assertThat(speed.crc32c()).isEqualTo(ROUND_BYTES * 10_000.0);
    }

    @Test
    void endsOnAMachineThatIsTooSlow() {
        AtomicLong now = new AtomicLong();

        HashingSpeed speed = HashingSpeed.measure(() -> now.addAndGet(50_000_000));

        assertThat(speed.sha256()).isEqualTo(ROUND_BYTES * 20.0);
        assertThat(speed.reaches(HashingSpeed.ENOUGH)).isFalse();
    }

    @Test
    void isEnoughOnlyIfBothAre() {
        HashingSpeed enough = HashingSpeed.ENOUGH;

        assertThat(enough.reaches(enough)).isTrue();
        assertThat(new HashingSpeed(enough.sha256() - 1, enough.crc32c()).reaches(enough))
                .isFalse();
        assertThat(new HashingSpeed(enough.sha256(), enough.crc32c() - 1).reaches(enough))
                .isFalse();
    }
}
