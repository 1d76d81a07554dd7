package dev.consigne.http;

import dev.consigne.error.RequestIds;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** The id of a request, carried by its response. */
final class RequestId {
    private RequestId() {}

    /** Puts the id on the response, where {@link #of} finds it. */
    static void assign(HttpServerRequest request) {
        request.response().putHeader(RequestIds.HEADER, RequestIds.choose(request.getHeader(RequestIds.HEADER)));
    }

    static String of(HttpServerResponse response) {
        @Nullable String id = response.headers().get(RequestIds.HEADER);
        return id == null ? "unknown" : id;
    }
}
