package dev.consigne.http;

import dev.consigne.file.FileMeters;
import dev.consigne.file.Ticker;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;

/**
 * One line for each request of the API when it is over, in the category {@value #CATEGORY}. It says the template of the
 * path and never the path, no query and no header: names and secrets are in those. As JSON, each field has its own key.
 */
@Singleton
class AccessLog {
    static final String CATEGORY = "dev.consigne.access";

    private static final Logger LOG = Logger.getLogger(CATEGORY);

    private final FileMeters meters;
    private final Ticker ticker;

    AccessLog(FileMeters meters, Ticker ticker) {
        this.meters = meters;
        this.ticker = ticker;
    }

    /** Watches the request from now on. What has begun already is not begun again. */
    void watch(RoutingContext routing) {
        if (Exchange.of(routing.request()).isPresent()) {
            return;
        }
        Exchange exchange = Exchange.begin(routing.request(), ticker, this::over);
        routing.addHeadersEndHandler(nothing -> exchange.headWritten());
        routing.addEndHandler(end -> exchange.over()); // also if the connection ends first
    }

    private void over(Exchange exchange) {
        exchange.firstByteOfDownload().ifPresent(meters::downloadAnswered);
        if (LOG.isLoggable(Level.INFO)) {
            tell(exchange.told());
        }
    }

    /** As a record of its own: the diagnostic context of the thread may be that of another request by now. */
    private static void tell(Map<String, String> fields) {
        StringBuilder line = new StringBuilder();
        fields.forEach((key, value) ->
                line.append(line.isEmpty() ? "" : " ").append(key).append('=').append(value));
        ExtLogRecord entry = new ExtLogRecord(
                Level.INFO, line.toString(), ExtLogRecord.FormatStyle.NO_FORMAT, AccessLog.class.getName());
        entry.setLoggerName(CATEGORY);
        fields.forEach(entry::putMdc);
        LOG.logRaw(entry);
    }
}
