package dev.consigne.file;

/** What users say about a file and may say anew without sending its bytes; it stays through replacements. */
public record Labels(MediaType mediaType, Metadata metadata, Tags tags) {
    public Labels withMediaType(MediaType newMediaType) {
        return new Labels(newMediaType, metadata, tags);
    }
}
