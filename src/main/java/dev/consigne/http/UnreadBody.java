package dev.consigne.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * What to do with a body that is refused: read a little of it for a little while, so that a client that sends before it
 * listens gets its answer and not a reset, and then close the connection.
 */
final class UnreadBody {
    /** More than common socket buffers hold; a larger body is not worth reading to throw away. */
    private static final long MAX_DISCARDED_BYTES = 1 << 20;

    /** Enough for the answer to arrive; a client that never ends its body should not keep its connection longer. */
    private static final long LINGER_MS = 2_000;

    private UnreadBody() {}

    /** Before the response is ended. */
    static void discard(HttpServerRequest request) {
        if (request.isEnded() || !hasBody(request)) {
            return;
        }
        long[] seen = {0};
        request.handler(buffer -> {
            seen[0] += buffer.length();
            if (seen[0] > MAX_DISCARDED_BYTES) {
                request.pause();
            }
        });
        request.exceptionHandler(gone -> {});
        request.endHandler(nothing -> {});
        if (request.version() != HttpVersion.HTTP_2) {
            closeAfter(request);
        }
        request.resume();
    }

    /** The header alone only asks the client to. */
    private static void closeAfter(HttpServerRequest request) {
        request.response().putHeader("Connection", "close");
        HttpConnection connection = request.connection();
        request.endHandler(nothing -> {
            if (request.response().ended()) {
                connection.close();
            }
        });
        UploadRequest.context().owner().setTimer(LINGER_MS, late -> connection.close());
    }

    /** A message without these two has none (RFC 9112, section 6.3). */
    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.headers().contains("Transfer-Encoding") || (length != null && !length.equals("0"));
    }
}
