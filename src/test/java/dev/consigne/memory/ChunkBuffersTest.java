package dev.consigne.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Which buffers come again. */
class ChunkBuffersTest {
    private static final int SIZE = 64 * 1024;

    private final ChunkBuffers buffers = new ChunkBuffers(2 * SIZE);

    @Test
    void givesTheSameArrayAgainEmptied() {
        ByteBuffer first = buffers.take(SIZE);
        first.put(new byte[100]).flip();
        buffers.give(first);

        ByteBuffer second = buffers.take(SIZE);

        assertThat(second.array()).isSameAs(first.array());
        assertThat(second.position()).isZero();
        assertThat(second.remaining()).isEqualTo(SIZE);
        assertThat(buffers.take(SIZE).array()).isNotSameAs(first.array());
    }

    @Test
    void keepsNoMoreThanItsLimit() {
        ByteBuffer[] three = {buffers.take(SIZE), buffers.take(SIZE), buffers.take(SIZE)};
        for (ByteBuffer buffer : three) {
            buffers.give(buffer);
        }

        assertThat(buffers.take(SIZE).array()).isSameAs(three[1].array());
        assertThat(buffers.take(SIZE).array()).isSameAs(three[0].array());
        assertThat(buffers.take(SIZE).array()).isNotSameAs(three[2].array());
    }

    @Test
    void keepsNothingOfAnOddSize() {
        ByteBuffer odd = buffers.take(SIZE + 1);
        buffers.give(odd);

        assertThat(buffers.take(SIZE + 1).array()).isNotSameAs(odd.array());
    }
}
