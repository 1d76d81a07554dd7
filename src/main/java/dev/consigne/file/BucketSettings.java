package dev.consigne.file;

import java.util.OptionalLong;

/**
 * What can be set on a bucket.
 *
 * @param maxFileBytes largest file it takes, in bytes; empty: the limit of the service
 * @param maxBytes most that its current files may have together, in bytes, which may be less than they have already;
 *     empty: no quota
 * @param requiresPreconditions whether its files are changed only by who says in which state they must be
 */
public record BucketSettings(OptionalLong maxFileBytes, OptionalLong maxBytes, boolean requiresPreconditions) {
    /** Those of a bucket about which nothing was said. */
    public static final BucketSettings DEFAULT = new BucketSettings(OptionalLong.empty(), OptionalLong.empty(), false);
}
