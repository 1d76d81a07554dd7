package dev.consigne.file;

/**
 * What MongoDB itself knows of a content: enough to check and to adopt it should its catalog row be lost.
 *
 * @param content what was written
 * @param bucket where it was to be published
 * @param name under which name
 * @param mediaType as declared
 */
public record Manifest(StoredContent content, BucketName bucket, FileName name, MediaType mediaType) {}
