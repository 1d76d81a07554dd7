package dev.consigne.client.streams;

import java.io.IOException;
import java.io.InputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** The bytes of an upload, passed on as they are read. */
final class StreamBody extends RequestBody {
    private final Upload upload;

    StreamBody(Upload upload) {
        this.upload = upload;
    }

    @Override
    public MediaType contentType() {
        return MediaType.get(upload.mediaType());
    }

    @Override
    public long contentLength() {
        return upload.length().orElse(-1);
    }

    @Override
    public boolean isOneShot() {
        return !upload.repeatable();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        try (InputStream bytes = upload.source().open()) {
            bytes.transferTo(sink.outputStream());
        }
    }
}
