package dev.consigne.file;

import io.smallrye.mutiny.Multi;
import java.nio.ByteBuffer;

/** Compares a whole content with its SHA-256 while it passes; the last buffer is let through only if it is right. */
final class DigestCheck {
    private DigestCheck() {}

    /** Chunk checksums see flipped bits, this sees chunks of the wrong content or in the wrong order. */
    static Multi<ByteBuffer> over(Multi<ByteBuffer> bytes, StoredContent content) {
        return Multi.createFrom().deferred(() -> {
            ContentMeter meter = new ContentMeter(content.layout().length());
            return bytes.invoke(buffer -> {
                meter.pass(buffer);
                if (meter.length() == content.layout().length()
                        && !meter.total(content.contentId(), content.layout().chunkSize())
                                .equals(content)) {
                    throw new DamagedContentException(content.contentId(), "the whole fails its SHA-256");
                }
            });
        });
    }
}
