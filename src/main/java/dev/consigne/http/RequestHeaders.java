package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.regex.Pattern;

/** What must be true of the headers of every request, whoever reads them later. */
final class RequestHeaders {
    /** Of two, one would be read here and the other by the proxy before us (RFC 9110, section 5.3). */
    private static final List<String> AT_MOST_ONCE = List.of(
            "Authorization",
            "Content-Length",
            "Content-Range",
            "Content-Type",
            "Expect",
            "If-Modified-Since",
            "If-Range",
            "If-Unmodified-Since",
            "Range");

    /** A name, an IPv4 address or one of IPv6 in brackets, and perhaps a port (RFC 3986, section 3.2.2). */
    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\\[[0-9A-Fa-fv:.]+])(?::\\d{0,5})?");

    private RequestHeaders() {}

    /**
     * Refuses a header that says two things, and a request of HTTP/1.1 that does not say which host it is for, or says two
     * (RFC 9112, section 3.2). Which host it is does not matter: no answer depends on it.
     *
     * @throws ServiceException {@link ErrorCode#INVALID_HEADER}
     */
    static void requireUnambiguous(HttpServerRequest request) {
        MultiMap headers = request.headers();
        for (String header : AT_MOST_ONCE) {
            if (headers.getAll(header).size() > 1) {
                throw invalid(header, "is there more than once.");
            }
        }
        List<String> hosts = headers.getAll("Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
            throw invalid("Host", "has to be there, and once.");
        }
        if (!hosts.isEmpty() && !HOST.matcher(hosts.get(0)).matches()) {
            throw invalid("Host", "is not of the form name:port.");
        }
    }

    /** Why routing did not take a request: it needs a path that begins with a slash, and a host. */
    static ServiceException unroutable(HttpServerRequest request) {
        if (!RequestPath.isAbsolute(request.path())) {
            return new ServiceException(ErrorCode.INVALID_PATH, "The path does not begin with '/'.");
        }
        return invalid("Host", "has to be there, once, and of the form name:port.");
    }

    private static ServiceException invalid(String header, String reason) {
        return new ServiceException(ErrorCode.INVALID_HEADER, "The header " + header + " " + reason)
                .with("header", header);
    }
}
