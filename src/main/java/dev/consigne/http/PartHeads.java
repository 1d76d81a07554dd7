package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Watches a multipart body for the first part that names a file. The bytes of parts pass; only a head is kept. */
final class PartHeads {
    /** Far more than any head has; the decoder below takes less. */
    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final String delimiter;
    private String unread = "\n"; // the first boundary needs no line before it
    private Optional<String> fileName = Optional.empty();

    PartHeads(String boundary) {
        this.delimiter = "\n--" + boundary;
    }

    /** @throws ServiceException {@link ErrorCode#MALFORMED_MULTIPART} */
    void pass(Buffer bytes) {
        String text = unread + bytes.toString(StandardCharsets.ISO_8859_1);
        int start = text.indexOf(delimiter);
        while (start >= 0 && fileName.isEmpty()) {
            int head = start + delimiter.length();
            int end = end(text, head);
            if (end < 0 ? text.length() - head > MAX_HEAD_BYTES : end - head > MAX_HEAD_BYTES) {
                throw new ServiceException(
                        ErrorCode.MALFORMED_MULTIPART,
                        "The head of a part is larger than " + MAX_HEAD_BYTES + " bytes.");
            }
            if (end < 0) {
                break;
            }
            fileName = PartHead.fileName(text.substring(head, end));
            text = text.substring(end);
            start = text.indexOf(delimiter);
        }
        unread = text.substring(start >= 0 ? start : Math.max(0, text.length() - delimiter.length()));
    }

    /** As the first part that is a file has it; empty until its head has passed. */
    Optional<String> fileName() {
        return fileName;
    }

    /** Where the first empty line begins; a line ends with or without CR, as below. */
    private static int end(String text, int from) {
        int plain = text.indexOf("\n\n", from);
        int usual = text.indexOf("\n\r\n", from);
        return plain < 0 || usual < 0 ? Math.max(plain, usual) : Math.min(plain, usual);
    }
}
