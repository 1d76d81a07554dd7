package dev.consigne.http;

import dev.consigne.file.FileRecord;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
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

    /** Whether a range may be answered: there is no {@code If-Range}, or it names the current content, strongly. */
    static boolean rangeApplies(@Nullable String ifRange, FileRecord file) {
        if (ifRange == null) {
            return true;
        }
        String validator = ifRange.strip();
        if (validator.startsWith("\"") || validator.startsWith("W/")) {
            return validator.equals(file.entityTag());
        }
        try {
            Instant date = ZonedDateTime.parse(validator, HTTP_DATE.withZone(ZoneOffset.UTC))
                    .toInstant();
            return date.equals(file.updatedAt().truncatedTo(ChronoUnit.SECONDS));
        } catch (DateTimeException e) {
            return false; // not a validator at all: the whole content is always right
        }
    }

    /** An HTTP date (RFC 9110, section 5.6.7). */
    static String httpDate(Instant instant) {
        return HTTP_DATE.format(instant.atZone(ZoneOffset.UTC));
    }
}
