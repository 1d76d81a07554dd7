package dev.consigne.bench.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What has come of an answer that is read in parts, for as long as it is short. Used by one thread. */
final class HttpText {
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final Pattern CODE = Pattern.compile("\"code\":\"([a-z-]+)\"");

    private final StringBuilder text = new StringBuilder();

    void add(ByteBuffer bytes) {
        text.append(ISO_8859_1.decode(bytes));
    }

    /** Takes bytes up to the end of the head, and leaves the others. */
    void addHead(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !hasHead()) {
            text.append((char) (bytes.get() & 0xFF));
        }
    }

    boolean hasHead() {
        return text.indexOf(END_OF_HEAD) >= 0;
    }

    /** Whether head and body have come; the body has a length. */
    boolean isWhole() {
        int end = text.indexOf(END_OF_HEAD);
        Matcher length = LENGTH.matcher(text);
        return end >= 0
                && (!length.find() || text.length() >= end + END_OF_HEAD.length() + Integer.parseInt(length.group(1)));
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    void clear() {
        text.setLength(0);
    }

    boolean contains(String part) {
        return text.indexOf(part) >= 0;
    }

    /** The status, and of a problem its code: {@code 503 overloaded}. */
    String summary() {
        Matcher code = CODE.matcher(text);
        Optional<String> problem = code.find() ? Optional.of(code.group(1)) : Optional.empty();
        return status() + problem.map(word -> " " + word).orElse("");
    }

    /** The status of an answer that has a head. */
    String status() {
        return text.length() < 12 ? "no status" : text.substring(9, 12);
    }
}
