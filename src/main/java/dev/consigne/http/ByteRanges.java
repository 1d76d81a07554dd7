package dev.consigne.http;

import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Slice;
import io.smallrye.mutiny.Multi;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Several ranges as one body, {@code multipart/byteranges} (RFC 9110, section 14.6). Its length is known before the first
 * byte is read, and no chunk is read before its part is due.
 */
final class ByteRanges {
    private final FileRecord file;
    private final List<Slice> slices;

    /** Random, and long enough that no content holds it. */
    private final String boundary = UUID.randomUUID().toString();

    ByteRanges(FileRecord file, List<Slice> slices) {
        this.file = file;
        this.slices = slices;
    }

    String contentType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /** Bytes of the body. */
    long length() {
        return slices.stream()
                        .mapToLong(slice -> head(slice).length + slice.length())
                        .sum()
                + tail().length;
    }

    /** The body, one part after another. */
    Multi<ByteBuffer> body(FileService files) {
        List<Multi<ByteBuffer>> pieces = new ArrayList<>();
        for (Slice slice : slices) {
            pieces.add(Multi.createFrom().item(() -> ByteBuffer.wrap(head(slice))));
            pieces.add(files.content(file, slice));
        }
        pieces.add(Multi.createFrom().item(() -> ByteBuffer.wrap(tail())));
        return Multi.createBy().concatenating().streams(pieces);
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
