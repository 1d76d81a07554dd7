package dev.consigne.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id a request is known by in answers and logs: the client's own if it is harmless, otherwise a new one. */
final class RequestId {
    static final String HEADER = "X-Request-Id";

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestId() {}

    /** Puts the id on the response, where {@link #of} finds it. */
    static void assign(HttpServerRequest request) {
        String offered = request.getHeader(HEADER);
        boolean taken = offered != null && HARMLESS.matcher(offered).matches();
        request.response().putHeader(HEADER, taken ? offered : UUID.randomUUID().toString());
    }

    static String of(HttpServerResponse response) {
        @Nullable String id = response.headers().get(HEADER);
        return id == null ? "unknown" : id;
    }
}
