package dev.consigne.file;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes in settings: digits with an optional {@code K}, {@code M}, {@code G} or {@code T}, powers of 1024. */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})([KMGT]?)");

    /** Read by the configuration. */
    public static ByteSize of(String text) {
        Matcher matcher = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text + " is not a size: write bytes, or a number with K, M, G or T");
        }
        int power = " KMGT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
        return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power)));
    }
}
