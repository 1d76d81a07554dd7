package dev.consigne.http;

import dev.consigne.file.Ticker;
import io.vertx.core.Context;
import jakarta.inject.Singleton;

/** What is asked of every client that sends a body: so many bytes a second, on average over a window. */
@Singleton
class MinimumRate {
    private final HttpConfig config;
    private final Ticker ticker;

    MinimumRate(HttpConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
    }

    /** @param context the event loop of the request */
    ClientPace of(Context context) {
        return new ClientPace(config.minUploadRate().bytes(), config.minRateWindow(), ticker, context);
    }
}
