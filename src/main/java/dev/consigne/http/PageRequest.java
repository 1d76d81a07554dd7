package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.ListQuery;
import dev.consigne.file.SortOrder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What listings have in common. */
final class PageRequest {
    static final String LIMIT = "Most items on the page";
    static final String CURSOR = "`nextCursor` of the page before; the other parameters must be the same";
    static final String CURSOR_EXAMPLE = "bGlzdC9iLjE3MzE2";
    static final int DEFAULT_LIMIT = 100;

    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,3}");

    private PageRequest() {}

    /** By name if not given; {@link ErrorCode#INVALID_PARAMETER} unless it is one of {@link SortOrder#labels()}. */
    static SortOrder sort(@Nullable String parameter) {
        return parameter == null
                ? SortOrder.BY_NAME
                : SortOrder.of(parameter)
                        .orElseThrow(() -> new ServiceException(
                                        ErrorCode.INVALID_PARAMETER,
                                        "sort must be one of " + SortOrder.labels()
                                                + ", with - before it for the reverse.")
                                .with("parameter", "sort"));
    }

    /** 100 if not given; {@link ErrorCode#INVALID_PARAMETER} unless it is 1 to {@value ListQuery#MAX_LIMIT}. */
    static int limit(@Nullable String parameter) {
        if (parameter == null) {
            return DEFAULT_LIMIT;
        }
        int limit = NUMBER.matcher(parameter).matches() ? Integer.parseInt(parameter) : 0;
        if (limit < 1 || limit > ListQuery.MAX_LIMIT) {
            throw new ServiceException(
                            ErrorCode.INVALID_PARAMETER,
                            "limit must be a number from 1 to " + ListQuery.MAX_LIMIT + ".")
                    .with("parameter", "limit");
        }
        return limit;
    }
}
