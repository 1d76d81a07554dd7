package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileRecord;
import dev.consigne.file.Ticker;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, as much of them as is told when they are over. It is kept with the request: after a store has
 * answered, the context of the moment may be another.
 */
final class Exchange {
    private static final String LOCAL = "consigne.exchange";

    /** Where whoever routes a request leaves the template of its path. */
    static final String ROUTE = "UrlPathTemplate";

    private static final String FILES = Api.ROOT + "/files/";
    private static final int UUID_LENGTH = 36;

    private final HttpServerRequest request;
    private final Ticker ticker;
    private final Consumer<Exchange> whenOver;
    private final AtomicBoolean over = new AtomicBoolean();
    private final long began;
    private volatile @Nullable Duration firstByte;
    private volatile @Nullable FileRecord file;
    private volatile @Nullable ErrorCode refusal;
    private volatile @Nullable Abort abort;
    private volatile boolean download;

    /** Why an answer was not sent to its end. */
    enum Abort {
        CLIENT_GONE("client-gone"),
        TOO_SLOW("too-slow"),
        TOO_LONG("too-long"),
        FAILED("failed");

        private final String reason;

        Abort(String reason) {
            this.reason = reason;
        }
    }

    private Exchange(HttpServerRequest request, Ticker ticker, Consumer<Exchange> whenOver) {
        this.request = request;
        this.whenOver = whenOver;
        this.ticker = ticker;
        this.began = ticker.nanos();
    }

    /** @param whenOver told once */
    static Exchange begin(HttpServerRequest request, Ticker ticker, Consumer<Exchange> whenOver) {
        Exchange exchange = new Exchange(request, ticker, whenOver);
        context(request).ifPresent(context -> context.putLocal(LOCAL, exchange));
        return exchange;
    }

    /** From any thread; empty if nobody watches it. */
    static Optional<Exchange> of(HttpServerRequest request) {
        return context(request).map(context -> context.getLocal(LOCAL));
    }

    private static Optional<Context> context(HttpServerRequest request) {
        return request instanceof HttpServerRequestInternal known ? Optional.of(known.context()) : Optional.empty();
    }

    void about(FileRecord found) {
        file = found;
    }

    void refused(ErrorCode code) {
        refusal = code;
    }

    /**
     * The answer is broken off: by us, and with it the connection, of which the server tells nobody, or by the client, of
     * which the server tells too late: by then whoever was sending may have ended the answer.
     */
    void aborted(Abort reason) {
        abort = reason;
        over();
    }

    /** The answer has ended, or its connection has. */
    void over() {
        if (over.compareAndSet(false, true)) {
            whenOver.accept(this);
        }
    }

    /** The answer is content of a file. */
    void sendsContent() {
        download = true;
    }

    void headWritten() {
        firstByte = ticker.since(began);
    }

    /** How long a download's client waited for its first byte; empty if it is none, or none came. */
    Optional<Duration> firstByteOfDownload() {
        return download ? Optional.ofNullable(firstByte) : Optional.empty();
    }

    /** When it is over. */
    Map<String, String> told() {
        HttpServerResponse response = request.response();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("requestId", RequestId.of(response));
        TraceParent.traceId(request.headers()).ifPresent(trace -> fields.put("traceId", trace));
        fields.put("method", request.method().name());
        fields.put("route", route());
        fields.put("status", response.headWritten() ? Integer.toString(response.getStatusCode()) : "none");
        fields.put("bytesIn", Long.toString(request.bytesRead()));
        fields.put("bytesOut", Long.toString(response.bytesWritten()));
        fields.put("durationMs", Long.toString(ticker.since(began).toMillis()));
        if (firstByte != null) {
            fields.put("firstByteMs", Long.toString(firstByte.toMillis()));
        }
        if (refusal != null) {
            fields.put("code", refusal.code());
        }
        tellFile(fields);
        if (abort != null || !response.ended()) {
            fields.put("abort", (abort == null ? Abort.CLIENT_GONE : abort).reason);
        }
        return fields;
    }

    private void tellFile(Map<String, String> fields) {
        if (file != null) {
            fields.put("fileId", file.id().toString());
            fields.put("contentId", file.content().contentId().toString());
        } else if (idInPath() != null) {
            fields.put("fileId", idInPath());
        }
    }

    private String route() {
        return context(request).<String>map(context -> context.getLocal(ROUTE)).orElse("none");
    }

    /** What is no id is somebody's text. */
    private @Nullable String idInPath() {
        String path = request.path();
        if (path == null || !path.startsWith(FILES) || path.length() < FILES.length() + UUID_LENGTH) {
            return null;
        }
        String id = path.substring(FILES.length(), FILES.length() + UUID_LENGTH);
        return FileResource.CANONICAL_UUID.matcher(id).matches() ? id : null;
    }
}
