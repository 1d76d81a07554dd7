package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * A file's name in its bucket: segments divided by {@code /}, in Unicode NFC, at most {@value #MAX_BYTES} bytes of
 * UTF-8 with at most {@value #MAX_SEGMENT_BYTES} a segment. It is data and never becomes a path on a disk, but others
 * may make one of it, so what would be dangerous there is refused: empty segments, {@code .} and {@code ..},
 * backslashes, control characters, and characters that are invisible or change the direction of text.
 */
public record FileName(String value) {
    /** Fits a B-tree index entry of PostgreSQL (2704 bytes) with room to spare. */
    public static final int MAX_BYTES = 1024;

    public static final int MAX_SEGMENT_BYTES = 255;

    public FileName {
        requireWellFormed(value);
        value = Normalizer.normalize(value, Normalizer.Form.NFC);
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new ServiceException(
                            ErrorCode.NAME_TOO_LONG,
                            "The name has " + bytes + " bytes in UTF-8; " + MAX_BYTES + " are allowed.")
                    .with("limit", MAX_BYTES);
        }
        for (String segment : value.split("/", -1)) {
            requireSegment(segment);
        }
    }

    /** The last segment: what a browser is told to save the file as. */
    public String lastSegment() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    private static void requireWellFormed(String value) {
        if (isBlank(value)) {
            throw invalid("The name is empty.");
        }
        value.codePoints().forEach(point -> {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                throw new ServiceException(ErrorCode.INVALID_ENCODING, "The name holds half a surrogate pair.");
            }
            if (point == '\\') {
                throw invalid("The name holds a backslash; segments are divided by '/'.");
            }
            if (!isPrintable(point)) {
                throw invalid(String.format("The name holds U+%04X, which is not a printable character.", point));
            }
        });
    }

    /** As {@link String#isBlank()}, and the spaces that do not break too. */
    private static boolean isBlank(String text) {
        return text.codePoints().allMatch(point -> Character.isWhitespace(point) || Character.isSpaceChar(point));
    }

    private static boolean isPrintable(int point) {
        if ((point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF)) {
            return false; // noncharacters (Unicode, section 23.7)
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            // Format characters hide or reorder text, but for the two joiners that scripts and emoji are spelt with.
            case Character.FORMAT -> point == 0x200C || point == 0x200D;
            default -> true;
        };
    }

    private static void requireSegment(String segment) {
        if (segment.isEmpty()) {
            throw invalid("The name begins or ends with '/' or holds '//'.");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw invalid("The name holds a segment '" + segment + "'.");
        }
        if (isBlank(segment)) {
            throw invalid("The name holds a segment of spaces alone.");
        }
        int bytes = segment.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SEGMENT_BYTES) {
            throw new ServiceException(
                            ErrorCode.INVALID_NAME,
                            "A segment of the name has " + bytes + " bytes in UTF-8; " + MAX_SEGMENT_BYTES
                                    + " are allowed between two '/'.")
                    .with("limit", MAX_SEGMENT_BYTES);
        }
    }

    private static ServiceException invalid(String detail) {
        return new ServiceException(ErrorCode.INVALID_NAME, detail);
    }

    @Override
    public String toString() {
        return value;
    }
}
