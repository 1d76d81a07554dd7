package dev.consigne.file;

import java.util.List;
import java.util.Optional;

/**
 * What an uploader may say beside name, media type and bytes.
 *
 * @param preconditions in which state the file must be when the upload begins, and again when it is published
 * @param onto the file whose next generation it shall be, whatever its name is by then; empty: whatever has the name
 * @param metadata said about the file from then on; empty: what was said stays
 * @param tags as the metadata
 * @param digests of the bytes; another sequence of bytes is not stored
 */
public record UploadTerms(
        Preconditions preconditions,
        Optional<FileId> onto,
        Optional<Metadata> metadata,
        Optional<Tags> tags,
        ClaimedDigests digests) {
    /** Nothing. */
    public static final UploadTerms NONE = new UploadTerms(
            Preconditions.NONE, Optional.empty(), Optional.empty(), Optional.empty(), ClaimedDigests.NONE);

    public UploadTerms onto(FileId file) {
        return new UploadTerms(preconditions, Optional.of(file), metadata, tags, digests);
    }

    public UploadTerms withDigests(ClaimedDigests claimed) {
        return new UploadTerms(preconditions, onto, metadata, tags, claimed);
    }

    /** What makes two uploads different wishes. Digests do not: they are about the bytes, which are compared themselves. */
    String wish() {
        return List.of(preconditions, onto, metadata, tags).toString();
    }
}
