package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BucketName;
import dev.consigne.file.ClaimedDigests;
import dev.consigne.file.ContentMeter;
import dev.consigne.file.FileName;
import dev.consigne.file.UploadCommand;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A {@code multipart/form-data} body with one file (RFC 7578), read as it comes and kept nowhere. The file's bytes end
 * well only when the whole form has: a second file, a missing last boundary, or a digest of another form fails the upload
 * after its last byte. Digests in the header of a part are not looked at, as RFC 7578, section 4.8 demands.
 *
 * <p>Everything here runs on the request's event loop.
 */
final class MultipartForm {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final HttpServerRequest request;
    private final ClientPace pace;
    private final Context context;
    private final PartHeads heads;
    private final FormEnd lastBoundary;
    private final @Nullable ContentMeter claimed;
    private @Nullable UniEmitter<? super FilePart> waiting;
    private @Nullable UniEmitter<? super Void> end;
    private @Nullable HttpServerFileUpload upload;
    private @Nullable BodyStream file;
    private @Nullable Throwable failure;
    private boolean fileNamed;
    private boolean fileEnded;
    private boolean ended;

    private MultipartForm(HttpServerRequest request, ClientPace pace) {
        this.request = request;
        this.pace = pace;
        this.claimed = meter(ClaimedDigestFields.of(request));
        this.context = UploadRequest.context();
        String boundary = FormEnd.boundary(request.getHeader("Content-Type")).orElseThrow(MultipartForm::noBoundary);
        this.heads = new PartHeads(boundary);
        this.lastBoundary = new FormEnd(boundary);
    }

    /**
     * The file of a form.
     *
     * @param fileName as the sender named it
     */
    record FilePart(String fileName, @Nullable String contentType, Multi<ByteBuffer> body) {
        UploadCommand command(BucketName bucket, @Nullable String chosenName) {
            String name = chosenName == null ? lastSegment(fileName) : chosenName;
            return new UploadCommand(
                    bucket, new FileName(name), UploadRequest.mediaType(contentType), OptionalLong.empty());
        }

        /** Browsers once sent whole paths, with either kind of slash. */
        private static String lastSegment(String path) {
            return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        }
    }

    /**
     * Reads up to the file.
     *
     * @return fails with {@link ErrorCode#MALFORMED_MULTIPART} if the form is broken or holds no file; it, or the body,
     *     with {@link ErrorCode#UPLOAD_TOO_SLOW} if the client does not keep to the rate
     */
    static Uni<FilePart> read(HttpServerRequest request, MinimumRate rate) {
        ClientPace pace = rate.ofUpload(UploadRequest.context());
        MultipartForm form = new MultipartForm(request, pace);
        pace.onTooSlow(() -> form.fail(UploadRequest.tooSlow(pace)));
        form.listen();
        return Uni.createFrom().<FilePart>emitter(form::start).onTermination().invoke(pace::stop);
    }

    private void listen() {
        try {
            request.setExpectMultipart(true);
        } catch (IllegalStateException e) {
            throw noBoundary();
        }
        request.handler(this::passed);
        request.uploadHandler(this::fileArrived);
        request.exceptionHandler(this::broken);
        request.endHandler(nothing -> formEnded());
    }

    private void start(UniEmitter<? super FilePart> emitter) {
        waiting = emitter;
        UploadRequest.proceed(request);
        pace.waiting();
        request.resume();
    }

    private void passed(Buffer bytes) {
        lastBoundary.pass(bytes);
        if (claimed != null) {
            claimed.pass(Buffers.toJdk(bytes));
        }
        if (!fileNamed && failure == null) {
            nameFile(bytes);
        }
        if (file == null || fileEnded) {
            pace.moved(bytes.length()); // what belongs to the file is counted where it is waited for
        }
    }

    /** Comes before the bytes that its head was in have passed. */
    private void fileArrived(HttpServerFileUpload arrived) {
        if (upload != null) {
            arrived.handler(ignored -> {});
            fail(malformed("The form holds more than one file; send one at a time."));
            return;
        }
        upload = arrived;
        file = new BodyStream(arrived, context, pace, () -> {});
    }

    private void nameFile(Buffer bytes) {
        try {
            heads.pass(bytes);
            if (upload != null && file != null && waiting != null) {
                fileNamed = true;
                String name = heads.fileName().orElseThrow(() -> malformed("A part's head cannot be read."));
                waiting.complete(new FilePart(name, upload.contentType(), body(file)));
            }
        } catch (ServiceException unnamed) {
            fail(unnamed);
        }
    }

    private Multi<ByteBuffer> body(BodyStream stream) {
        return Multi.createBy()
                .concatenating()
                .streams(
                        stream.onCompletion().invoke(() -> fileEnded = true),
                        Uni.createFrom().<Void>emitter(this::awaitEnd).toMulti().map(never -> EMPTY))
                .onTermination()
                .invoke(this::terminated);
    }

    /** Whoever took the bytes has all of them, or wants no more. */
    private void terminated() {
        pace.stop();
        OnContext.run(context, this::drop);
    }

    /** A file that nobody reads would hold up what comes behind it, and with it the end of the connection. */
    private void drop() {
        if (upload != null) {
            upload.handler(ignored -> {});
            upload.resume();
        }
    }

    private void awaitEnd(UniEmitter<? super Void> emitter) {
        end = emitter;
        pace.waiting();
        settle();
    }

    private void formEnded() {
        ended = true;
        if (file == null) {
            fail(malformed("The form holds no part with a file name."));
        } else if (!lastBoundary.reached()) {
            fail(malformed("The form does not end with its boundary."));
        } else {
            requireClaimed();
        }
        settle();
    }

    private void requireClaimed() {
        try {
            if (claimed != null) {
                claimed.requireClaimed();
            }
        } catch (ServiceException mismatch) {
            fail(mismatch);
        }
    }

    private void broken(Throwable cause) {
        pace.broken();
        fail(
                cause instanceof HttpClosedException
                        ? new ClientGoneException(cause)
                        : new ServiceException(ErrorCode.MALFORMED_MULTIPART, "The form could not be read.", cause));
    }

    private void fail(Throwable cause) {
        if (failure != null) {
            return;
        }
        failure = cause;
        if (waiting != null) {
            waiting.fail(cause); // unless the file was named
        }
        if (file != null && !fileEnded) {
            file.failed(cause);
        }
        drop();
        settle();
    }

    private void settle() {
        if (end == null) {
            return;
        }
        if (failure != null) {
            end.fail(failure);
        } else if (ended) {
            end.complete(null);
        }
    }

    /** Digests in the header or the trailer are over the whole form, which is hashed only if there may be any. */
    private static @Nullable ContentMeter meter(ClaimedDigests claims) {
        return claims.equals(ClaimedDigests.NONE) ? null : new ContentMeter(Long.MAX_VALUE, claims);
    }

    private static ServiceException noBoundary() {
        return malformed("The Content-Type names no usable boundary.");
    }

    private static ServiceException malformed(String detail) {
        return new ServiceException(ErrorCode.MALFORMED_MULTIPART, detail);
    }
}
