package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small values of the domain and what they refuse. */
class ValueTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "65536, 65536",
        "1K, 1024",
        "64k, 65536",
        "1M, 1048576",
        "8m, 8388608",
        "3G, 3221225472",
        "1T, 1099511627776",
        "' 2M ', 2097152"
    })
    void readsSizes(String text, long bytes) {
        assertThat(ByteSize.of(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "-1", "1.5M", "1MB", "1 M", "0x10", "9999999999999999"})
    void refusesWhatIsNoSize(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.of(text)).withMessageContaining(text);
    }

    @Test
    void refusesASizeBeyondALong() {
        assertThatThrownBy(() -> ByteSize.of("999999999999999T")).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void shaIsSixtyFourLowerCaseDigits() {
        byte[] digest = HexFormat.of().parseHex(Bytes.sha256(new byte[0]));

        assertThat(Sha256.of(digest)).hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Sha256.of(digest).bytes()).isEqualTo(digest);
        assertThatIllegalArgumentException().isThrownBy(() -> Sha256.of(new byte[31]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sha256("E3B0".repeat(16)));
    }

    @Test
    void shaGivesItsBytesAwayAsACopy() {
        Sha256 sha = Sha256.of(new byte[32]);

        sha.bytes()[0] = 1;

        assertThat(sha.bytes()).isEqualTo(new byte[32]);
    }

    /** RFC 9562, appendix A.6. */
    @Test
    void uuidIsThatOfTheStandardsExample() {
        UUID uuid = UuidV7.of(0x017F22E279B0L, 0xFFFFFFFFFFFFCCC3L, 0x18C4DC0C0C07398FL << 2);

        assertThat(uuid).hasToString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
        assertThat(uuid.version()).isEqualTo(7);
        assertThat(uuid.variant()).isEqualTo(2);
    }

    @Test
    void uuidsSortByTheirTime() {
        String early = UuidV7.of(1_700_000_000_000L, -1, -1).toString();
        String late = UuidV7.of(1_700_000_000_001L, 0, 0).toString();

        assertThat(early).isLessThan(late);
    }

    @Test
    void idsAreNewEachTimeAndOfTheClocksMillisecond() {
        Instant now = Instant.parse("2026-11-22T10:00:00.123Z");
        Ids ids = new Ids(Clock.fixed(now, ZoneOffset.UTC), new java.security.SecureRandom());

        UUID first = ids.newContent().value();

        assertThat(first.getMostSignificantBits() >>> 16).isEqualTo(now.toEpochMilli());
        assertThat(ids.newContent().value()).isNotEqualTo(first);
        assertThat(ids.newFile().value()).isNotEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"0,7,0", "1,7,1", "6,7,1", "7,7,1", "8,7,2", "14,7,2", "1099511627776,1048576,1048576"})
    void layoutCountsChunks(long length, int chunkSize, int count) {
        ContentLayout layout = new ContentLayout(length, chunkSize);
        long sum = 0;
        for (int chunk = 0; chunk < count && count < 100; chunk++) {
            sum += layout.lengthOf(chunk);
            assertThat(layout.chunkAt((long) chunk * chunkSize)).isEqualTo(chunk);
            assertThat(layout.chunkAt((long) chunk * chunkSize + layout.lengthOf(chunk) - 1))
                    .isEqualTo(chunk);
        }

        assertThat(layout.chunkCount()).isEqualTo(count);
        assertThat(count < 100 ? sum : length).isEqualTo(length);
        assertThatThrownBy(() -> layout.lengthOf(count)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> layout.lengthOf(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @CsvSource({"-1,7", "1,0", "1,-1", "2147483648,1", "9223372036854775807,65536", "9223372036854775807,1"})
    void layoutRefusesWhatCannotBeCut(long length, int chunkSize) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ContentLayout(length, chunkSize));
    }

    @Test
    void sliceRefusesNegativesAndOverflow() {
        assertThat(new Slice(3, 4).end()).isEqualTo(7);
        assertThatIllegalArgumentException().isThrownBy(() -> new Slice(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Slice(0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Slice(Long.MAX_VALUE, 1));
    }

    @Test
    void listRefusesALimitOutOfBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> query(0));
        assertThatIllegalArgumentException().isThrownBy(() -> query(1001));
        assertThat(query(1000).limit()).isEqualTo(1000);
    }

    /** CRC32C of "123456789" (RFC 3720, appendix B.4 has the polynomial; the value is the usual check value). */
    @Test
    void chunkHasTheChecksumOfItsBytesAndNoticesAChange() {
        byte[] bytes = "123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Chunk chunk = Chunk.of(Samples.newContent(), 0, ByteBuffer.wrap(bytes));

        assertThat(chunk.crc32c()).isEqualTo(0xE3069283L);
        assertThat(chunk.intact()).isTrue();
        bytes[4] ^= 1;
        assertThat(chunk.intact()).isFalse();
    }

    private static ListQuery query(int limit) {
        return new ListQuery(new BucketName("abc"), "", Optional.empty(), limit);
    }
}
