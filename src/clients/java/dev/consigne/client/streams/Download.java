package dev.consigne.client.streams;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * A file's bytes as they come.
 *
 * @param etag names the content, for conditions
 * @param mediaType what was declared at upload
 * @param length bytes that are sent; empty if that is not known
 * @param stream to be read from one thread
 */
public record Download(String etag, String mediaType, OptionalLong length, InputStream stream)
        implements AutoCloseable {
    @Override
    public void close() throws IOException {
        stream.close();
    }
}
