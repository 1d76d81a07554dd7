package dev.consigne.http;

import dev.consigne.file.FileRecord;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What conditional headers say about a file, for reads (RFC 9110, section 13). */
final class Conditions {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private Conditions() {}

    /** Whether {@code If-None-Match} names what the client has already: answer 304. */
    static boolean notModified(@Nullable String ifNoneMatch, FileRecord file) {
        if (ifNoneMatch == null) {
            return false;
        }
        String tag = file.entityTag();
        return ifNoneMatch.strip().equals("*")
                || Arrays.stream(ifNoneMatch.split(","))
                        .map(String::strip)
                        .anyMatch(candidate -> candidate.equals(tag) || candidate.equals("W/" + tag));
    }

    /**
     * Whether a range may be answered: there is no {@code If-Range}, or it names the current content. A date never does:
     * two generations of one second share it, and a resumed download would join them (section 13.1.5).
     */
    static boolean rangeApplies(@Nullable String ifRange, FileRecord file) {
        return ifRange == null || ifRange.strip().equals(file.entityTag());
    }

    /**
     * Whether the client asks for another content than there is: answer 412. Who goes on with a download asks so, lest
     * it joins two generations. A date that is none is ignored (section 13.1.4).
     */
    static boolean failed(@Nullable String ifMatch, @Nullable String ifUnmodifiedSince, FileRecord file) {
        if (ifMatch != null) {
            return !ifMatch.strip().equals("*")
                    && Arrays.stream(ifMatch.split(","))
                            .noneMatch(candidate -> candidate.strip().equals(file.entityTag()));
        }
        if (ifUnmodifiedSince == null) {
            return false;
        }
        try {
            return file.updatedAt()
                    .isAfter(ZonedDateTime.parse(ifUnmodifiedSince.strip(), HTTP_DATE.withZone(ZoneOffset.UTC))
                            .toInstant());
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** An HTTP date (RFC 9110, section 5.6.7). */
    static String httpDate(Instant instant) {
        return HTTP_DATE.format(instant.atZone(ZoneOffset.UTC));
    }
}
