package dev.consigne.file;

import java.util.Optional;

/**
 * A request for one page of a bucket's files.
 *
 * @param prefix names begin with this, taken literally; may be empty
 * @param after names greater than this one, by their bytes
 * @param limit most files on the page, 1 to {@value #MAX_LIMIT}
 */
public record ListQuery(BucketName bucket, String prefix, Optional<String> after, int limit) {
    public static final int MAX_LIMIT = 1000;

    public ListQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit " + limit + " is not in 1.." + MAX_LIMIT);
        }
    }
}
