package dev.consigne.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkKeyTest {
    private static final ContentId ID = new ContentId(UUID.fromString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));

    @ParameterizedTest
    @CsvSource({"0,00000000", "7,00000007", "12345678,12345678", "99999999,99999999", "2147483647,2147483647"})
    void namesAChunkAndFindsItsPartsAgain(int number, String digits) {
        String key = ChunkKey.of(ID, number);

        assertThat(key).isEqualTo("017f22e2-79b0-7cc3-98c4-dc0c0c07398f:" + digits);
        assertThat(ChunkKey.contentId(key)).isEqualTo(ID);
        assertThat(ChunkKey.number(key)).isEqualTo(number);
    }

    @Test
    void keepsTheChunksOfAContentInOrder() {
        assertThat(ChunkKey.of(ID, 99)).isLessThan(ChunkKey.of(ID, 100));
        assertThat(ChunkKey.of(ID, 9_999_999)).isLessThan(ChunkKey.of(ID, 10_000_000));
    }
}
