package dev.consigne.http;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which trace a request says it belongs to (W3C Trace Context, section 3.2). What cannot be read is as good as none. */
final class TraceParent {
    static final String HEADER = "traceparent";

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.{0,256})?");
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_PARENT = "0".repeat(16);

    private TraceParent() {}

    /** 32 hexadecimal digits, in lower case, not all zero. */
    static Optional<String> traceId(MultiMap headers) {
        List<String> values = headers.getAll(HEADER);
        return values.size() == 1 ? traceId(values.get(0)) : Optional.empty();
    }

    /** Of later versions, which may say more after what is known, what is known is taken. */
    static Optional<String> traceId(String value) {
        Matcher form = FORM.matcher(value);
        if (!form.matches() || form.group(1).equals("ff") || (form.group(1).equals("00") && form.group(4) != null)) {
            return Optional.empty();
        }
        String trace = form.group(2);
        return trace.equals(NO_TRACE) || form.group(3).equals(NO_PARENT) ? Optional.empty() : Optional.of(trace);
    }
}
