package dev.consigne.http;

import dev.consigne.file.FileName;
import dev.consigne.file.MediaType;
import java.nio.charset.StandardCharsets;

/**
 * The {@code Content-Disposition} of a download (RFC 6266): what to save the file as, in ASCII for old readers and in
 * UTF-8 for the others (RFC 8187). Everything but inert media is an attachment, so that no browser runs it.
 */
final class ContentDisposition {
    private static final String ATTR_CHARS = "!#$&+-.^_`|~";

    private ContentDisposition() {}

    static String of(FileName name, MediaType mediaType) {
        String type = mediaType.inert() ? "inline" : "attachment";
        String fileName = name.lastSegment();
        return type + "; filename=\"" + ascii(fileName) + "\"; filename*=UTF-8''" + encoded(fileName);
    }

    /** Only characters that need no quoting and mean nothing to a file system. */
    private static String ascii(String name) {
        StringBuilder safe = new StringBuilder(name.length());
        name.codePoints().forEach(point -> safe.append(isPlain(point) ? (char) point : '_'));
        return safe.toString();
    }

    private static boolean isPlain(int point) {
        return point >= ' ' && point < 0x7F && "\"\\%:;*?<>|/".indexOf(point) < 0;
    }

    private static String encoded(String name) {
        StringBuilder text = new StringBuilder(name.length() * 3);
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (isAttrChar(b)) {
                text.append((char) b);
            } else {
                text.append('%')
                        .append(Character.toUpperCase(Character.forDigit((b >> 4) & 0xF, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 0xF, 16)));
            }
        }
        return text.toString();
    }

    private static boolean isAttrChar(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || ATTR_CHARS.indexOf(b) >= 0;
    }
}
