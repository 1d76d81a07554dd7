package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import io.smallrye.mutiny.Uni;

/** Finds files. */
public interface FileListing {
    /**
     * One page. It is no snapshot of the whole: files stored meanwhile appear if they come after it.
     *
     * @return fails with {@link ErrorCode#BUCKET_NOT_FOUND}; with {@link ErrorCode#FIELD_NOT_SEARCHABLE} if the filter asks
     *     about metadata the bucket does not declare, and with {@link ErrorCode#SEARCH_TOO_BROAD} if no index narrows it
     *     enough and its time is over; with {@link ErrorCode#STORE_UNAVAILABLE} when the catalog does not answer
     */
    Uni<FilePage> list(ListQuery query);
}
