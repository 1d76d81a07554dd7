package dev.consigne.testing;

import dev.consigne.file.BucketName;
import dev.consigne.file.Chunk;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.MediaType;
import dev.consigne.file.Sha256;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.memory.Caller;
import dev.consigne.memory.MemoryBudget;
import dev.consigne.memory.Reservation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Values that tests need and do not care about. */
public final class Samples {
    private Samples() {}

    public static ContentId newContent() {
        return new ContentId(UUID.randomUUID());
    }

    public static FileId newFile() {
        return new FileId(UUID.randomUUID());
    }

    /** A bucket name nobody else uses; the stores of a build are kept between runs. */
    public static BucketName newBucket() {
        return new BucketName("b-" + UUID.randomUUID());
    }

    /** A wish to store under the name, of unknown length. */
    public static UploadCommand upload(BucketName bucket, String name) {
        return new UploadCommand(bucket, new FileName(name), MediaType.OCTET_STREAM, OptionalLong.empty());
    }

    /** What these bytes are as a content. */
    public static StoredContent stored(ContentId contentId, byte[] bytes, int chunkSize) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return new StoredContent(
                contentId, new ContentLayout(bytes.length, chunkSize), new Sha256(Bytes.sha256(bytes)), crc.getValue());
    }

    /** The chunks of these bytes. */
    public static List<Chunk> chunks(ContentId contentId, byte[] bytes, int chunkSize) {
        List<Chunk> chunks = new ArrayList<>();
        for (ByteBuffer buffer : Bytes.buffers(bytes, chunkSize)) {
            chunks.add(Chunk.of(contentId, chunks.size(), buffer));
        }
        return chunks;
    }

    /** Memory enough for whatever a test does. */
    public static MemoryBudget budget() {
        return new MemoryBudget(1 << 30);
    }

    /** What one transfer has of it. */
    public static Reservation reservation() {
        return budget().reserve(Caller.UNKNOWN, 1);
    }
}
