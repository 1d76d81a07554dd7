package dev.consigne.http;

import dev.consigne.file.Slice;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Range} header (RFC 9110, section 14.2): what a request asks for, resolved against a length. */
final class RangeHeader {
    /** More ranges than this are refused: nobody who means well asks so, and each costs work (CVE-2011-3192). */
    static final int MAX_RANGES = 8;

    private static final Pattern SPEC = Pattern.compile("[ \t]*(\\d*)-(\\d*)[ \t]*");

    private RangeHeader() {}

    /** What to answer with. */
    sealed interface Resolved {
        /** 200 with everything: no range, one that is not understood, or several, which this version does not split. */
        record Whole() implements Resolved {}

        /** 206 with this part. */
        record Part(Slice slice) implements Resolved {}

        /** 416: the range is understood and lies outside. */
        record Unsatisfiable() implements Resolved {}

        /** 416: more than {@value #MAX_RANGES} ranges. */
        record TooMany() implements Resolved {}
    }

    /**
     * @param header the header's value, null if there is none
     * @param length bytes of the content, 0 or more
     */
    static Resolved resolve(@Nullable String header, long length) {
        if (header == null || !header.regionMatches(true, 0, "bytes=", 0, 6)) {
            return new Resolved.Whole();
        }
        String[] specs = header.substring(6).split(",", MAX_RANGES + 2);
        if (specs.length > MAX_RANGES) {
            return new Resolved.TooMany();
        }
        return specs.length == 1 ? single(specs[0], length) : new Resolved.Whole();
    }

    private static Resolved single(String spec, long length) {
        Matcher matcher = SPEC.matcher(spec);
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return new Resolved.Whole();
        }
        if (matcher.group(1).isEmpty()) {
            long suffix = Math.min(number(matcher.group(2)), length);
            return suffix == 0 ? new Resolved.Unsatisfiable() : part(length - suffix, length - 1);
        }
        long first = number(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : number(matcher.group(2));
        if (last < first) {
            return new Resolved.Whole();
        }
        return first >= length ? new Resolved.Unsatisfiable() : part(first, Math.min(last, length - 1));
    }

    private static Resolved part(long first, long last) {
        return new Resolved.Part(new Slice(first, last - first + 1));
    }

    /** Numbers beyond any length are as good as the largest. */
    private static long number(String digits) {
        String significant = digits.replaceFirst("^0+(?=\\d)", "");
        return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
    }
}
