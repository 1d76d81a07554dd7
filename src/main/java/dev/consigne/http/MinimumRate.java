package dev.consigne.http;

import dev.consigne.file.FileMeters;
import dev.consigne.file.FileMeters.Direction;
import dev.consigne.file.Ticker;
import io.vertx.core.Context;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What is asked of every client that sends or takes a body: so many bytes a second, on average over a window. */
@Singleton
class MinimumRate {
    /** What a send buffer grows to if nobody sets it, as if it had been asked for. */
    private static final long GROWN_SEND_BUFFER = 2 << 20;

    private final HttpConfig config;
    private final Duration idle;
    private final FileMeters meters;
    private final Ticker ticker;

    MinimumRate(
            HttpConfig config,
            @ConfigProperty(name = "quarkus.http.idle-timeout", defaultValue = "30M") Duration idle,
            FileMeters meters,
            Ticker ticker) {
        this.config = config;
        this.idle = idle;
        this.meters = meters;
        this.ticker = ticker;
    }

    /** @param context the event loop of the request */
    ClientPace ofUpload(Context context) {
        return of(
                Direction.UPLOAD,
                new ClientPace.Terms(config.minUploadRate().bytes(), config.minRateWindow(), 0, idle),
                context);
    }

    /** @param context the event loop of the request */
    ClientPace ofDownload(Context context) {
        return of(
                Direction.DOWNLOAD,
                downloadTerms(
                        config.minDownloadRate().bytes(), config.sendBuffer().bytes(), config.minRateWindow(), idle),
                context);
    }

    /**
     * The window is long enough for two steps, so that whoever takes half of the rate or less is seen to. A socket is written
     * to in large steps: the kernel asks for more when a third of its buffer has been taken, and says nothing before; of a
     * buffer that is twice what was asked for (socket(7), SO_SNDBUF), that is less than three quarters of what was.
     */
    static ClientPace.Terms downloadTerms(long bytesPerSecond, long sendBuffer, Duration window, Duration idle) {
        long step = (sendBuffer > 0 ? sendBuffer : GROWN_SEND_BUFFER) * 3 / 4;
        Duration steps = Duration.ofMillis(2 * step * 1000 / Math.max(1, bytesPerSecond));
        return new ClientPace.Terms(bytesPerSecond, window.compareTo(steps) > 0 ? window : steps, step, idle);
    }

    private ClientPace of(Direction direction, ClientPace.Terms terms, Context context) {
        return new ClientPace(terms, limit -> meters.cutOff(direction, limit), ticker, context);
    }
}
