package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.FileName;
import dev.consigne.file.MediaType;
import dev.consigne.file.UploadCommand;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads headers of an upload. Everything they can be refused for is refused here, before the body. */
final class UploadRequest {
    private static final List<String> CONDITIONS =
            List.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");

    private UploadRequest() {}

    static UploadCommand command(HttpServerRequest request, BucketName bucket, FileName name) {
        requireIdentity(request);
        return new UploadCommand(bucket, name, mediaType(request.getHeader("Content-Type")), length(request));
    }

    /**
     * The body, read when the upload asks for it; only then is a client that waits told to go on. It fails with {@link
     * ErrorCode#UPLOAD_TOO_SLOW} if the client does not keep to the rate.
     */
    static Multi<ByteBuffer> body(HttpServerRequest request, MinimumRate rate) {
        ClientPace pace = rate.of(context());
        BodyStream body = new BodyStream(request, context(), pace, () -> proceed(request));
        pace.onTooSlow(body::failed);
        return body.onTermination().invoke(pace::stop);
    }

    /** Answers {@code Expect: 100-continue} (RFC 9110, section 10.1.1). */
    static void proceed(HttpServerRequest request) {
        if (request.getHeader("Expect") != null) {
            request.response().writeContinue();
        }
    }

    static Context context() {
        return Objects.requireNonNull(Vertx.currentContext(), "a resource runs on an event loop");
    }

    static MediaType mediaType(@Nullable String header) {
        return header == null || header.isBlank() ? MediaType.OCTET_STREAM : new MediaType(header.strip());
    }

    /** A condition that was not looked at would be worse than one refused: somebody's change would be lost. */
    static void requireUnconditional(HttpServerRequest request) {
        for (String header : CONDITIONS) {
            if (request.headers().contains(header)) {
                throw new ServiceException(
                                ErrorCode.NOT_SUPPORTED,
                                "This version does not make changes that depend on " + header
                                        + ". Nothing was changed.")
                        .with("header", header);
            }
        }
    }

    private static void requireIdentity(HttpServerRequest request) {
        requireUnconditional(request);
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw new ServiceException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Encoding is not taken: bytes are stored as they are sent, never unpacked. Leave the header"
                            + " out to store the packed bytes as a file.");
        }
        if (request.headers().contains("Content-Range")) {
            throw new ServiceException(
                    ErrorCode.NOT_SUPPORTED, "A part of a file cannot be replaced (Content-Range): send it whole.");
        }
    }

    private static OptionalLong length(HttpServerRequest request) {
        String header = request.getHeader("Content-Length");
        return header == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(header));
    }
}
