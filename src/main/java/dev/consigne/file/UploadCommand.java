package dev.consigne.file;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A wish to store a file: created if the name is free, otherwise its next generation.
 *
 * @param bucket an existing bucket
 * @param name the name to publish under
 * @param mediaType as declared by the uploader
 * @param declaredLength bytes the body is said to have, if it was said
 * @param key what the client calls this upload; with it, the same wish is stored once however often it is sent
 */
public record UploadCommand(
        BucketName bucket,
        FileName name,
        MediaType mediaType,
        OptionalLong declaredLength,
        Optional<IdempotencyKey> key) {

    /** A wish that is stored as often as it is sent. */
    public UploadCommand(BucketName bucket, FileName name, MediaType mediaType, OptionalLong declaredLength) {
        this(bucket, name, mediaType, declaredLength, Optional.empty());
    }

    public UploadCommand withKey(Optional<IdempotencyKey> newKey) {
        return new UploadCommand(bucket, name, mediaType, declaredLength, newKey);
    }

    /**
     * Over what is known before the body: two wishes with one key and different fingerprints are different wishes. The
     * parts hold no NUL, so that no two of them can be told apart differently.
     */
    public Sha256 fingerprint() {
        String length = declaredLength.isPresent() ? Long.toString(declaredLength.getAsLong()) : "";
        return Sha256.over(String.join("\0", bucket.value(), name.value(), mediaType.value(), length));
    }
}
