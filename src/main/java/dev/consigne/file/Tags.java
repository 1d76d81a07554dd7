package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Short texts by key, for finding files: at most {@value #MAX_TAGS}, keys of 1 to {@value #MAX_KEY} characters, values of
 * at most {@value #MAX_VALUE}, without control characters.
 */
public record Tags(SortedMap<String, String> values) {
    public static final int MAX_TAGS = 50;
    public static final int MAX_KEY = 128;
    public static final int MAX_VALUE = 256;

    /** No tags. */
    public static final Tags NONE = new Tags(Collections.emptySortedMap());

    public Tags {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        if (values.size() > MAX_TAGS) {
            throw invalid("There are " + values.size() + " tags; " + MAX_TAGS + " are allowed.", MAX_TAGS);
        }
        values.forEach(Tags::require);
    }

    public static Tags of(Map<String, String> values) {
        return new Tags(new TreeMap<>(values));
    }

    private static void require(String key, String value) {
        if (key.isBlank() || key.codePointCount(0, key.length()) > MAX_KEY) {
            throw invalid("A tag's key has 1 to " + MAX_KEY + " characters.", MAX_KEY);
        }
        if (value.codePointCount(0, value.length()) > MAX_VALUE) {
            throw invalid("The value of the tag '" + key + "' has more than " + MAX_VALUE + " characters.", MAX_VALUE);
        }
        if (!isPlain(key) || !isPlain(value)) {
            throw invalid("A tag holds a control character or half a surrogate pair.", 0);
        }
    }

    private static boolean isPlain(String text) {
        return text.codePoints()
                .noneMatch(point -> Character.isISOControl(point)
                        || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE));
    }

    private static ServiceException invalid(String detail, int limit) {
        ServiceException refusal = new ServiceException(ErrorCode.INVALID_TAGS, detail);
        return limit > 0 ? refusal.with("limit", limit) : refusal;
    }
}
