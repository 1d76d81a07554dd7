package dev.consigne.http;

import dev.consigne.file.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Range} header (RFC 9110, section 14.2): what a request asks for, resolved against a length. */
final class RangeHeader {
    /** More ranges than this are refused: nobody who means well asks so, and each costs work (CVE-2011-3192). */
    static final int MAX_RANGES = 8;

    static final String DESCRIPTION =
            "One to " + MAX_RANGES + " ranges of bytes (RFC 9110, section 14); what is no list of ranges is ignored";

    private static final Pattern SPEC = Pattern.compile("[ \t]*(\\d*)-(\\d*)[ \t]*");

    private RangeHeader() {}

    /** What to answer with. */
    sealed interface Resolved {
        /** 200 with everything: no range, or one that is not understood. */
        record Whole() implements Resolved {}

        /** 206 with these parts, one or more, none touching another. */
        record Parts(List<Slice> slices) implements Resolved {
            public Parts {
                slices = List.copyOf(slices);
            }
        }

        /** 416: the ranges are understood and all lie outside. */
        record Unsatisfiable() implements Resolved {}

        /** 416: more than {@value #MAX_RANGES} ranges. */
        record TooMany() implements Resolved {}
    }

    /**
     * Ranges that overlap or touch become one, which stands where the first of them stood; those outside are left out if
     * another is inside (section 15.3.7.2).
     *
     * @param header the header's value, null if there is none
     * @param length bytes of the content, 0 or more
     */
    static Resolved resolve(@Nullable String header, long length) {
        if (header == null || !header.regionMatches(true, 0, "bytes=", 0, 6)) {
            return new Resolved.Whole();
        }
        List<Matcher> specs = Arrays.stream(header.substring(6).split(","))
                .filter(spec -> !spec.isBlank()) // a list may have empty places (section 5.6.1)
                .map(SPEC::matcher)
                .toList();
        if (specs.isEmpty() || !specs.stream().allMatch(RangeHeader::isRange)) {
            return new Resolved.Whole(); // one that is none makes the header none
        }
        if (specs.size() > MAX_RANGES) {
            return new Resolved.TooMany();
        }
        List<Slice> slices = new ArrayList<>();
        specs.forEach(spec -> inside(spec, length).ifPresent(slices::add));
        return slices.isEmpty() ? new Resolved.Unsatisfiable() : new Resolved.Parts(coalesced(slices));
    }

    private static boolean isRange(Matcher matcher) {
        if (!matcher.matches()) {
            return false;
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        return first.isEmpty() ? !last.isEmpty() : last.isEmpty() || number(first) <= number(last);
    }

    /** Empty if it lies outside. */
    private static Optional<Slice> inside(Matcher spec, long length) {
        if (spec.group(1).isEmpty()) {
            long suffix = Math.min(number(spec.group(2)), length);
            return suffix == 0 ? Optional.empty() : Optional.of(new Slice(length - suffix, suffix));
        }
        long first = number(spec.group(1));
        long last = spec.group(2).isEmpty() ? Long.MAX_VALUE : number(spec.group(2));
        return first >= length
                ? Optional.empty()
                : Optional.of(new Slice(first, Math.min(last, length - 1) - first + 1));
    }

    private static List<Slice> coalesced(List<Slice> slices) {
        List<Slice> apart = new ArrayList<>();
        for (Slice slice : slices) {
            Slice union = slice;
            int place = apart.size();
            for (int i = apart.size() - 1; i >= 0; i--) {
                if (touch(apart.get(i), union)) {
                    union = union(apart.remove(i), union);
                    place = i;
                }
            }
            apart.add(place, union);
        }
        return apart;
    }

    private static boolean touch(Slice one, Slice other) {
        return one.offset() <= other.end() && other.offset() <= one.end();
    }

    private static Slice union(Slice one, Slice other) {
        long offset = Math.min(one.offset(), other.offset());
        return new Slice(offset, Math.max(one.end(), other.end()) - offset);
    }

    /** Numbers beyond any length are as good as the largest. */
    private static long number(String digits) {
        String significant = digits.replaceFirst("^0+(?=\\d)", "");
        return significant.length() > 18 ? Long.MAX_VALUE : Long.parseLong(significant);
    }
}
