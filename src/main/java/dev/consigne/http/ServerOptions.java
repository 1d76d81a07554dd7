package dev.consigne.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** What of the HTTP server no setting reaches. */
@Singleton
class ServerOptions implements HttpServerOptionsCustomizer {
    private final HttpConfig config;

    ServerOptions(HttpConfig config) {
        this.config = config;
    }

    /**
     * No HTTP/2 without TLS: to change protocols in the middle of a request, the server would hold its body whole, and
     * clients of the JDK ask for that change by themselves. With TLS, HTTP/2 is agreed on before the first request.
     */
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
        boundSendBuffer(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        boundSendBuffer(options);
    }

    private void boundSendBuffer(HttpServerOptions options) {
        if (config.sendBuffer().bytes() > 0) {
            options.setSendBufferSize((int) Math.min(config.sendBuffer().bytes(), Integer.MAX_VALUE));
        }
    }
}
