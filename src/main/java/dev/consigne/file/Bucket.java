package dev.consigne.file;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * A named container of files.
 *
 * @param maxFileBytes largest file it takes, in bytes; empty: the limit of the service
 */
public record Bucket(BucketName name, OptionalLong maxFileBytes, Instant createdAt, Instant updatedAt) {}
