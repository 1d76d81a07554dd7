package dev.consigne.file;

import java.util.Optional;

/**
 * What an uploader may say beside name, media type and bytes.
 *
 * @param preconditions in which state the file must be when the upload begins, and again when it is published
 * @param onto the file whose next generation it shall be, whatever its name is by then; empty: whatever has the name
 * @param metadata said about the file from then on; empty: what was said stays
 * @param tags as the metadata
 */
public record UploadTerms(
        Preconditions preconditions, Optional<FileId> onto, Optional<Metadata> metadata, Optional<Tags> tags) {
    /** Nothing. */
    public static final UploadTerms NONE =
            new UploadTerms(Preconditions.NONE, Optional.empty(), Optional.empty(), Optional.empty());

    public UploadTerms onto(FileId file) {
        return new UploadTerms(preconditions, Optional.of(file), metadata, tags);
    }
}
