package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.util.Optional;

/**
 * A request for one page of a bucket's files.
 *
 * @param prefix names begin with this, taken literally; may be empty
 * @param delimiter names that hold it after the prefix are shown as one folder each; only by name, and without a filter
 * @param filter what the files have in common
 * @param after the end of the page before
 * @param limit most files and folders on the page, 1 to {@value #MAX_LIMIT}
 */
public record ListQuery(
        BucketName bucket,
        String prefix,
        Optional<String> delimiter,
        SortOrder sort,
        Optional<Filter> filter,
        Optional<SortOrder.Position> after,
        int limit) {
    public static final int MAX_LIMIT = 1000;

    public ListQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit " + limit + " is not in 1.." + MAX_LIMIT);
        }
        if (delimiter.isPresent() && (filter.isPresent() || !sort.equals(SortOrder.BY_NAME))) {
            throw new ServiceException(
                            ErrorCode.INVALID_PARAMETER,
                            "delimiter lists folders by name; it goes with neither a filter nor another sort than name.")
                    .with("parameter", "delimiter");
        }
    }

    /** All files by name, after the one with this name. */
    public ListQuery(BucketName bucket, String prefix, Optional<String> after, int limit) {
        this(
                bucket,
                prefix,
                Optional.empty(),
                SortOrder.BY_NAME,
                Optional.empty(),
                after.map(SortOrder.Position::after),
                limit);
    }

    /** The same listing, from this place on. */
    public ListQuery after(Optional<SortOrder.Position> position) {
        return new ListQuery(bucket, prefix, delimiter, sort, filter, position, limit);
    }

    /** Whether files have to be looked for, and are not simply those that come next in an index. */
    public boolean isSearch() {
        return filter.isPresent() || (!prefix.isEmpty() && !sort.isByName());
    }
}
