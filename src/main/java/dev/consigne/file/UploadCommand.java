package dev.consigne.file;

import java.util.OptionalLong;

/**
 * A wish to store a file: created if the name is free, otherwise its next generation.
 *
 * @param bucket an existing bucket
 * @param name the name to publish under
 * @param mediaType as declared by the uploader
 * @param declaredLength bytes the body is said to have, if it was said
 */
public record UploadCommand(BucketName bucket, FileName name, MediaType mediaType, OptionalLong declaredLength) {}
