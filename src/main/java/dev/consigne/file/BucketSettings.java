package dev.consigne.file;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What can be set on a bucket.
 *
 * @param maxFileBytes largest file it takes, in bytes; empty: the limit of the service
 * @param maxBytes most that its files and their versions may have together, in bytes, which may be less than they have
 *     already; empty: no quota
 * @param requiresPreconditions whether its files are changed only by who says in which state they must be
 * @param searchableMetadata the members of metadata that files can be found by, at most {@value #MAX_SEARCHABLE} paths of
 *     names divided by dots; kept in order and each once
 * @param versioned whether what is replaced or deleted stays as a version
 * @param versionRetention how long it stays, in whole seconds; empty: until it is deleted
 */
public record BucketSettings(
        OptionalLong maxFileBytes,
        OptionalLong maxBytes,
        boolean requiresPreconditions,
        List<String> searchableMetadata,
        boolean versioned,
        Optional<Duration> versionRetention) {
    public static final int MAX_SEARCHABLE = 10;

    /** Those of a bucket about which nothing was said. */
    public static final BucketSettings DEFAULT =
            new BucketSettings(OptionalLong.empty(), OptionalLong.empty(), false, List.of());

    public BucketSettings {
        searchableMetadata = searchableMetadata.stream().distinct().sorted().toList();
        if (searchableMetadata.size() > MAX_SEARCHABLE) {
            throw new ServiceException(
                            ErrorCode.INVALID_BODY,
                            "searchableMetadata has " + searchableMetadata.size() + " paths; " + MAX_SEARCHABLE
                                    + " are allowed.")
                    .with("pointer", "/searchableMetadata")
                    .with("limit", MAX_SEARCHABLE);
        }
        searchableMetadata.stream()
                .filter(path -> !FilterField.Member.isPath(path))
                .findFirst()
                .ifPresent(path -> {
                    throw new ServiceException(
                                    ErrorCode.INVALID_BODY,
                                    "searchableMetadata holds what is no path: one to five words divided by dots, each a"
                                            + " letter or _ and then letters, digits, _ and -.")
                            .with("pointer", "/searchableMetadata");
                });
    }

    /** Of a bucket that keeps no versions. */
    public BucketSettings(
            OptionalLong maxFileBytes,
            OptionalLong maxBytes,
            boolean requiresPreconditions,
            List<String> searchableMetadata) {
        this(maxFileBytes, maxBytes, requiresPreconditions, searchableMetadata, false, Optional.empty());
    }

    /** The same of a bucket that keeps versions for so long; empty: until they are deleted. */
    public BucketSettings withVersions(Optional<Duration> retention) {
        return new BucketSettings(maxFileBytes, maxBytes, requiresPreconditions, searchableMetadata, true, retention);
    }
}
