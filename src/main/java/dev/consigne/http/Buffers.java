package dev.consigne.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/** Between Vert.x buffers and the JDK's, without copying unless it says so: both are views of the same memory. */
@SuppressWarnings("deprecation") // Vert.x 4 hides its Netty buffer in favour of an internal type of Vert.x 5
final class Buffers {
    private Buffers() {}

    static ByteBuffer toJdk(Buffer buffer) {
        return buffer.getByteBuf().nioBuffer();
    }

    static Buffer toVertx(ByteBuffer bytes) {
        return Buffer.buffer(Unpooled.wrappedBuffer(bytes));
    }

    static Buffer copied(ByteBuffer bytes) {
        return Buffer.buffer(Unpooled.copiedBuffer(bytes));
    }
}
