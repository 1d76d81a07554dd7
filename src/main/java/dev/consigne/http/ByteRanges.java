package dev.consigne.http;

import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Slice;
import dev.consigne.memory.Caller;
import io.smallrye.mutiny.Multi;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Several ranges as one body, {@code multipart/byteranges} (RFC 9110, section 14.6). Its length is known before the first
 * byte is read, and no chunk is read before its part is due.
 */
final class ByteRanges {
    static final String MEDIA_TYPE = "multipart/byteranges";

    private final FileRecord file;
    private final List<Slice> slices;

    /** Random, and long enough that no content holds it. */
    private final String boundary = UUID.randomUUID().toString();

    ByteRanges(FileRecord file, List<Slice> slices) {
        this.file = file;
        this.slices = slices;
    }

    String contentType() {
        return MEDIA_TYPE + "; boundary=" + boundary;
    }

    /** Bytes of the body. */
    long length() {
        return slices.stream()
                        .mapToLong(slice -> head(slice).length + slice.length())
                        .sum()
                + tail().length;
    }

    /** The body, one part after another: no chunk of one is fetched before the last buffer of the one before was taken. */
    Multi<ByteBuffer> body(Caller caller, FileService files) {
        return Multi.createBy()
                .concatenating()
                .streams(
                        files.content(caller, file, slices, this::part),
                        Multi.createFrom().item(() -> ByteBuffer.wrap(tail())));
    }

    /** A part's head leaves with its first bytes: as long as nothing has left, a failure can be answered as one. */
    private Multi<ByteBuffer> part(Slice slice, Multi<ByteBuffer> bytes) {
        return Multi.createFrom().deferred(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            return bytes.map(buffer -> begun.getAndSet(true) ? buffer : joined(head(slice), buffer));
        });
    }

    private static ByteBuffer joined(byte[] head, ByteBuffer buffer) {
        return ByteBuffer.allocate(head.length + buffer.remaining())
                .put(head)
                .put(buffer.duplicate())
                .flip();
    }

    static String contentRange(Slice slice, long length) {
        return "bytes " + slice.offset() + "-" + (slice.end() - 1) + "/" + length;
    }

    private byte[] head(Slice slice) {
        return bytes("\r\n--" + boundary + "\r\nContent-Type: " + file.mediaType() + "\r\nContent-Range: "
                + contentRange(slice, file.length()) + "\r\n\r\n");
    }

    private byte[] tail() {
        return bytes("\r\n--" + boundary + "--\r\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
