package dev.consigne.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Holds a whole content against its CRC32C while it passes. Chunk checksums see flipped bits, this sees chunks of the
 * wrong content or in the wrong order. Of a part nothing is known, so nothing is checked.
 */
final class WholeChecksum {
    private final StoredContent content;
    private final boolean whole;
    private final CRC32C crc32c = new CRC32C();
    private long passed;

    WholeChecksum(StoredContent content, Slice slice) {
        this.content = content;
        this.whole = slice.length() == content.layout().length();
    }

    /**
     * Takes note of the remaining bytes without consuming them.
     *
     * @throws DamagedContentException instead of letting the last of them pass
     */
    void pass(ByteBuffer bytes) {
        if (!whole) {
            return;
        }
        crc32c.update(bytes.duplicate());
        passed += bytes.remaining();
        if (passed == content.layout().length() && crc32c.getValue() != content.crc32c()) {
            throw new DamagedContentException(content.contentId(), "the whole fails its checksum");
        }
    }
}
