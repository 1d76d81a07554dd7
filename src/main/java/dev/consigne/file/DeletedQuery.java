package dev.consigne.file;

import java.util.Optional;

/**
 * A page of a bucket's deleted files.
 *
 * @param prefix what their names begin with; may be empty
 * @param after the last file of the page before
 * @param limit how many at most
 */
public record DeletedQuery(BucketName bucket, String prefix, Optional<Position> after, int limit) {

    /** A place among deleted files: several may have had one name. */
    public record Position(String name, FileId id) {}
}
