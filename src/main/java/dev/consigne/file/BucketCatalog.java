package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The buckets. Each method is atomic and fails as those of {@link FileCatalog} do. */
public interface BucketCatalog {
    /**
     * Creates the bucket or replaces its settings. Setting a quota where there was none counts the bucket's files, while
     * publishes and deletes in it wait.
     *
     * @param settings all of them: what is not said is set to its default
     * @return fails with {@link ErrorCode#TOO_MANY_FILES} if other metadata shall be searchable and the bucket has more
     *     files than can be looked at in between
     */
    Uni<Stored> put(BucketName name, BucketSettings settings);

    /** With these limits and no other setting. */
    default Uni<Stored> put(BucketName name, OptionalLong maxFileBytes, OptionalLong maxBytes) {
        return put(name, new BucketSettings(maxFileBytes, maxBytes, false, List.of()));
    }

    /** As {@link #put(BucketName, OptionalLong, OptionalLong)}, without a quota. */
    default Uni<Stored> put(BucketName name, OptionalLong maxFileBytes) {
        return put(name, maxFileBytes, OptionalLong.empty());
    }

    Uni<Optional<Bucket>> find(BucketName name);

    /** Buckets in the order of their names, after the given one, at most {@code limit}. */
    Uni<List<Bucket>> list(Optional<String> after, int limit);

    /**
     * Removes an empty bucket.
     *
     * @return false if there is none; fails with {@link ErrorCode#BUCKET_NOT_EMPTY} if it has files
     */
    Uni<Boolean> delete(BucketName name);

    /** A bucket, and whether the call created it. */
    record Stored(Bucket bucket, boolean created) {}
}
