package dev.consigne.file;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * A named container of files.
 *
 * @param usedBytes what its files have, in bytes; only counted where there is a quota
 */
public record Bucket(
        BucketName name, BucketSettings settings, OptionalLong usedBytes, Instant createdAt, Instant updatedAt) {}
