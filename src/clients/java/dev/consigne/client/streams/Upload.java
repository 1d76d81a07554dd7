package dev.consigne.client.streams;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Bytes to upload.
 *
 * @param mediaType what they are
 * @param length how many; empty if that is not known before they are read
 * @param source opens them; read to the end and closed
 * @param repeatable whether the source can be opened again, for another attempt
 * @param key what to call the upload, so that it is stored once however often it is sent; empty to have one made up
 */
public record Upload(String mediaType, OptionalLong length, Source source, boolean repeatable, Optional<String> key) {
    /** Opens the bytes from their beginning. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /** A stream that can be read once, of a length that is not known. */
    public static Upload of(InputStream stream) {
        return new Upload("application/octet-stream", OptionalLong.empty(), () -> stream, false, Optional.empty());
    }

    /** Bytes that can be opened as often as they are needed. */
    public static Upload of(Source source) {
        return new Upload("application/octet-stream", OptionalLong.empty(), source, true, Optional.empty());
    }

    public Upload withMediaType(String type) {
        return new Upload(type, length, source, repeatable, key);
    }

    /** With a length, what is cut off on the way is noticed before it is stored. */
    public Upload withLength(long bytes) {
        return new Upload(mediaType, OptionalLong.of(bytes), source, repeatable, key);
    }

    public Upload withKey(String name) {
        return new Upload(mediaType, length, source, repeatable, Optional.of(name));
    }
}
