package dev.consigne.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Watches a multipart body for its last boundary (RFC 2046, section 5.1.1). The decoder below takes a body without one
 * for a form that is merely not finished, and a file cut short for a whole one.
 */
final class FormEnd {
    private static final Pattern BOUNDARY = Pattern.compile(
            ";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\";\\s]{1,70}))\\s*(?:;|$)", Pattern.CASE_INSENSITIVE);

    /** Line ends, and the white space some append. Nobody sends the epilogue the standard allows. */
    private static final int MAX_EPILOGUE_BYTES = 64;

    private final String last;
    private String tail = "\n";

    FormEnd(String boundary) {
        this.last = "\n--" + boundary + "--";
    }

    /** Empty if the {@code Content-Type} has no boundary, or one longer than the 70 characters allowed. */
    static Optional<String> boundary(@Nullable String contentType) {
        Matcher matcher = BOUNDARY.matcher(contentType == null ? "" : contentType);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }

    void pass(Buffer bytes) {
        int keep = last.length() + MAX_EPILOGUE_BYTES;
        String end =
                bytes.getString(Math.max(0, bytes.length() - keep), bytes.length(), StandardCharsets.ISO_8859_1.name());
        String both = tail + end;
        tail = both.substring(Math.max(0, both.length() - keep));
    }

    /** Whether what has passed ends with the last boundary. */
    boolean reached() {
        return tail.contains(last);
    }
}
