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
 * @param terms in which state the file must be, and what is said about it
 */
public record UploadCommand(
        BucketName bucket,
        FileName name,
        MediaType mediaType,
        OptionalLong declaredLength,
        Optional<IdempotencyKey> key,
        UploadTerms terms) {

    /** A wish that is stored as often as it is sent. */
    public UploadCommand(BucketName bucket, FileName name, MediaType mediaType, OptionalLong declaredLength) {
        this(bucket, name, mediaType, declaredLength, Optional.empty(), UploadTerms.NONE);
    }

    public UploadCommand withKey(Optional<IdempotencyKey> newKey) {
        return new UploadCommand(bucket, name, mediaType, declaredLength, newKey, terms);
    }

    public UploadCommand withTerms(UploadTerms newTerms) {
        return new UploadCommand(bucket, name, mediaType, declaredLength, key, newTerms);
    }

    /** What is said about the file once this is published. */
    public Labels labels(Labels before) {
        return new Labels(
                mediaType,
                terms.metadata().orElse(before.metadata()),
                terms.tags().orElse(before.tags()));
    }

    /** As {@link #labels(Labels)}, of a file that was not there. */
    public Labels labels() {
        return labels(new Labels(mediaType, Metadata.NONE, Tags.NONE));
    }

    /**
     * Over what is known before the body: two wishes with one key and different fingerprints are different wishes. The
     * parts hold no NUL, so that no two of them can be told apart differently.
     */
    public Sha256 fingerprint() {
        String length = declaredLength.isPresent() ? Long.toString(declaredLength.getAsLong()) : "";
        String wish = String.join("\0", bucket.value(), name.value(), mediaType.value(), length);
        return Sha256.over(terms.wish().equals(UploadTerms.NONE.wish()) ? wish : wish + '\0' + terms.wish());
    }
}
