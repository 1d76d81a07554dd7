package dev.consigne.file;

import java.nio.ByteBuffer;
import java.util.Optional;

/** As many buffers as are asked for. */
final class UnboundedSupply implements ChunkSupply {
    @Override
    public Optional<ByteBuffer> take(int capacity) {
        return Optional.of(ByteBuffer.allocate(capacity));
    }

    @Override
    public void whenFree(Runnable listener) {}
}
