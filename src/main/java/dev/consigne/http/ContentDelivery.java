package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Preconditions;
import dev.consigne.file.Slice;
import dev.consigne.file.Ticker;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Answers GET and HEAD of content: conditions, range, headers that keep a browser from running it, bytes. */
@Singleton
class ContentDelivery {
    private final FileService files;
    private final MinimumRate rate;
    private final Uni<Void> tooLate;

    ContentDelivery(FileService files, FileConfig config, MinimumRate rate, Ticker ticker) {
        this.files = files;
        this.rate = rate;
        this.tooLate = ticker.after(config.maxDownloadTime());
    }

    /** @return completes when the answer has been sent or nobody is left to take it */
    Uni<Void> deliver(FileRecord file, HttpServerRequest request) {
        HttpServerResponse response = request.response();
        Exchange.of(request).ifPresent(exchange -> exchange.about(file));
        Preconditions.Verdict verdict = Conditions.of(request.headers()).forRead(file.ofContent());
        if (verdict == Preconditions.Verdict.FAILED) {
            throw Preconditions.failed(Optional.of(file.ofContent()));
        }
        if (verdict == Preconditions.Verdict.NOT_MODIFIED) {
            describe(file, response.setStatusCode(304));
            return ended(response);
        }
        boolean ranged = request.method().equals(HttpMethod.GET) // which alone has ranges (RFC 9110, section 14.2)
                && Conditions.rangeApplies(request.getHeader("If-Range"), file);
        String range = ranged ? request.getHeader("Range") : null;
        RangeHeader.Resolved resolved = RangeHeader.resolve(range, file.length());
        if (resolved instanceof RangeHeader.Resolved.Unsatisfiable) {
            throw refused(ErrorCode.RANGE_NOT_SATISFIABLE, "The content has " + file.length() + " bytes.", file);
        }
        if (resolved instanceof RangeHeader.Resolved.TooMany) {
            throw refused(
                    ErrorCode.TOO_MANY_RANGES,
                    "At most " + RangeHeader.MAX_RANGES + " ranges can be asked for at once.",
                    file);
        }
        files.requireReadable(file);
        return request.method().equals(HttpMethod.HEAD) ? sendHead(file, request) : send(file, resolved, request);
    }

    private static Uni<Void> sendHead(FileRecord file, HttpServerRequest request) {
        whole(file, request);
        return ended(request.response());
    }

    private Uni<Void> send(FileRecord file, RangeHeader.Resolved resolved, HttpServerRequest request) {
        if (!(resolved instanceof RangeHeader.Resolved.Parts parts)) {
            return send(
                    request,
                    () -> whole(file, request),
                    files.content(RequestCaller.of(request), file, new Slice(0, file.length())));
        }
        if (parts.slices().size() == 1) {
            Slice slice = parts.slices().get(0);
            return send(
                    request, () -> part(file, slice, request), files.content(RequestCaller.of(request), file, slice));
        }
        ByteRanges ranges = new ByteRanges(file, parts.slices());
        return send(request, () -> parts(file, ranges, request), ranges.body(RequestCaller.of(request), files));
    }

    private Uni<Void> send(HttpServerRequest request, Runnable head, Multi<ByteBuffer> body) {
        Context context = UploadRequest.context();
        return ContentResponse.send(request, context, rate.ofDownload(context), head, body, tooLate);
    }

    private static void whole(FileRecord file, HttpServerRequest request) {
        HttpServerResponse response = request.response().setStatusCode(200);
        describeBody(file, request, file.mediaType().value(), file.length());
        ReadDigests.ofBody(request.headers(), file.content().sha256())
                .ifPresent(digest -> response.putHeader("Content-Digest", digest));
    }

    private static void part(FileRecord file, Slice slice, HttpServerRequest request) {
        request.response().setStatusCode(206).putHeader("Content-Range", ByteRanges.contentRange(slice, file.length()));
        describeBody(file, request, file.mediaType().value(), slice.length());
    }

    private static void parts(FileRecord file, ByteRanges ranges, HttpServerRequest request) {
        request.response().setStatusCode(206);
        describeBody(file, request, ranges.contentType(), ranges.length());
    }

    private static void describeBody(FileRecord file, HttpServerRequest request, String contentType, long length) {
        HttpServerResponse response = request.response();
        describe(file, response);
        ReadDigests.ofFile(request.headers(), file.content().sha256())
                .ifPresent(digest -> response.putHeader("Repr-Digest", digest));
        response.putHeader("Content-Type", contentType)
                .putHeader("Content-Length", Long.toString(length))
                .putHeader("Content-Disposition", ContentDisposition.of(file.name(), file.mediaType()))
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Referrer-Policy", "no-referrer");
    }

    /** What belongs on 200, 206 and 304 alike (RFC 9110, section 15.4.5). */
    private static void describe(FileRecord file, HttpServerResponse response) {
        response.putHeader("ETag", file.entityTag())
                .putHeader("Last-Modified", HttpDate.of(file.updatedAt()))
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("Cache-Control", "private, no-cache");
    }

    private static ServiceException refused(ErrorCode code, String detail, FileRecord file) {
        return new ServiceException(code, detail)
                .with("length", file.length())
                .with("contentRange", "bytes */" + file.length());
    }

    private static Uni<Void> ended(HttpServerResponse response) {
        return Uni.createFrom().completionStage(response.end().toCompletionStage());
    }
}
