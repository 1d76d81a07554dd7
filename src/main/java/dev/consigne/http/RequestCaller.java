package dev.consigne.http;

import dev.consigne.memory.Caller;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

/** Who sends a request, as far as is known: the address it comes from. */
final class RequestCaller {
    private RequestCaller() {}

    static Caller of(HttpServerRequest request) {
        SocketAddress address = request.remoteAddress();
        return address == null || address.hostAddress() == null ? Caller.UNKNOWN : new Caller(address.hostAddress());
    }
}
