package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.ClaimedDigests;
import dev.consigne.file.FileName;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.MediaType;
import dev.consigne.file.UploadCommand;
import dev.consigne.file.UploadTerms;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads headers of an upload. Everything they can be refused for is refused here, before the body. */
final class UploadRequest {
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final String KEY_EXAMPLE = "8e03978e-40d5-43e8-bc93-6894a57f9324";
    static final String KEY_DESCRIPTION =
            "What you call this request, 1 to 255 visible ASCII characters. Sent again with the same key, and the same"
                    + " otherwise, it is carried out once and answered as the first time; 422 if it is not the same";

    /** Its repeat gives nothing back: matching it takes no stack, however long the header is. */
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\[\"\\\\])*+\"");

    private static final List<String> CONDITIONS =
            List.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");

    private UploadRequest() {}

    static UploadCommand command(HttpServerRequest request, BucketName bucket, FileName name) {
        requireIdentity(request);
        return new UploadCommand(
                bucket,
                name,
                mediaType(request.getHeader("Content-Type")),
                length(request),
                idempotencyKey(request),
                terms(request).withDigests(ClaimedDigestFields.of(request)));
    }

    /** What headers say beside name, media type and bytes, and beside digests: those of a form are not of its file. */
    static UploadTerms terms(HttpServerRequest request) {
        return new UploadTerms(
                Conditions.of(request.headers()),
                Optional.empty(),
                LabelHeaders.metadata(request.headers()),
                LabelHeaders.tags(request.headers()),
                ClaimedDigests.NONE);
    }

    /**
     * The key as it is, or as a string of a structured field (RFC 9651, section 3.3.3), which the draft asks for.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_IDEMPOTENCY_KEY}
     */
    static Optional<IdempotencyKey> idempotencyKey(HttpServerRequest request) {
        List<String> headers = request.headers().getAll(IDEMPOTENCY_KEY);
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        if (headers.size() > 1) {
            throw new ServiceException(
                    ErrorCode.INVALID_IDEMPOTENCY_KEY, "The request has more than one Idempotency-Key.");
        }
        String header = headers.get(0).strip();
        if (!header.startsWith("\"")) {
            return Optional.of(new IdempotencyKey(header));
        }
        if (!QUOTED.matcher(header).matches()) {
            throw new ServiceException(
                    ErrorCode.INVALID_IDEMPOTENCY_KEY,
                    "The Idempotency-Key begins with a quotation mark and is no quoted string.");
        }
        return Optional.of(
                new IdempotencyKey(header.substring(1, header.length() - 1).replaceAll("\\\\(.)", "$1")));
    }

    /**
     * The body, read when the upload asks for it; only then is a client that waits told to go on. It fails with {@link
     * ErrorCode#UPLOAD_TOO_SLOW} if the client does not keep to the rate.
     */
    static Multi<ByteBuffer> body(HttpServerRequest request, MinimumRate rate) {
        ClientPace pace = rate.ofUpload(context());
        BodyStream body = new BodyStream(request, context(), pace, () -> proceed(request));
        pace.onTooSlow(() -> body.failed(tooSlow(pace)));
        return body.onTermination().invoke(pace::stop);
    }

    static ServiceException tooSlow(ClientPace pace) {
        return new ServiceException(
                ErrorCode.UPLOAD_TOO_SLOW,
                "The body came at less than " + pace.bytesPerSecond() + " bytes/s. Upload it again.");
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
