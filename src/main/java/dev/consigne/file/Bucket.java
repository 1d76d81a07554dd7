package dev.consigne.file;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * A named container of files.
 *
 * @param maxFileBytes largest file it takes, in bytes; empty: the limit of the service
 * @param maxBytes most that its current files may have together, in bytes; empty: no quota
 * @param usedBytes what they have, in bytes; only counted where there is a quota
 */
public record Bucket(
        BucketName name,
        OptionalLong maxFileBytes,
        OptionalLong maxBytes,
        OptionalLong usedBytes,
        Instant createdAt,
        Instant updatedAt) {}
