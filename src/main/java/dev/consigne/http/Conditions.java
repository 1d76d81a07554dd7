package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.EntityTags;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Preconditions;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads conditional headers (RFC 9110, section 13). What they mean is decided by {@link Preconditions}. */
final class Conditions {
    /** Nobody has that many states of one file; each is compared. */
    static final int MAX_TAGS = 32;

    private static final Pattern TAG = Pattern.compile("(?:W/)?\"[!#-~\\x80-\\xFF]*\"");

    private Conditions() {}

    /**
     * All conditions of a request. A date that is none is ignored (sections 13.1.3 and 13.1.4); a list of tags that is
     * none is not, because what it was meant to prevent would happen.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_CONDITION}
     */
    static Preconditions of(MultiMap headers) {
        return new Preconditions(
                tags(headers, "If-Match"),
                tags(headers, "If-None-Match"),
                date(headers, "If-Modified-Since"),
                date(headers, "If-Unmodified-Since"));
    }

    /**
     * Whether a range may be answered: there is no {@code If-Range}, or it names the current content. A date never does:
     * two generations of one second share it, and a resumed download would join them (section 13.1.5).
     */
    static boolean rangeApplies(@Nullable String ifRange, FileRecord file) {
        return ifRange == null || ifRange.strip().equals(file.entityTag());
    }

    private static Optional<EntityTags> tags(MultiMap headers, String name) {
        List<String> lines = headers.getAll(name);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String list = String.join(",", lines).strip(); // section 5.3: lines of one list are one list
        return Optional.of(list.equals("*") ? EntityTags.ANY : EntityTags.of(split(list, name)));
    }

    /** A tag may hold a comma, so a list is not split at every one. Empty members are passed over (section 5.6.1.2). */
    private static List<String> split(String list, String name) {
        List<String> tags = new ArrayList<>();
        Matcher tag = TAG.matcher(list);
        int at = afterCommas(list, 0);
        while (at < list.length()) {
            if (!tag.region(at, list.length()).lookingAt()) {
                throw invalid(
                        name, "holds what is no entity tag: a tag is a text in quotes, as the ETag header has it.");
            }
            tags.add(tag.group());
            if (tags.size() > MAX_TAGS) {
                throw invalid(name, "holds more than " + MAX_TAGS + " entity tags.")
                        .with("limit", MAX_TAGS);
            }
            at = tag.end();
            int next = afterCommas(list, at);
            if (next < list.length() && list.substring(at, next).indexOf(',') < 0) {
                throw invalid(name, "holds two entity tags without a comma between them.");
            }
            at = next;
        }
        if (tags.isEmpty()) {
            throw invalid(name, "names no entity tag.");
        }
        return tags;
    }

    private static int afterCommas(String list, int from) {
        int at = from;
        while (at < list.length() && " \t,".indexOf(list.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private static Optional<Instant> date(MultiMap headers, String name) {
        List<String> lines = headers.getAll(name);
        return lines.size() == 1 ? HttpDate.parse(lines.get(0)) : Optional.empty();
    }

    private static ServiceException invalid(String header, String reason) {
        return new ServiceException(ErrorCode.INVALID_CONDITION, "The header " + header + " " + reason)
                .with("header", header);
    }
}
