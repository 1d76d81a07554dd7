package dev.consigne.http;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.job.StoresOpen;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The first to see a request: gives it its id and refuses what no resource should have to think about. */
@ApplicationScoped
class Gatekeeper {
    private static final int BEFORE_ALL_OTHERS = 1000;
    private static final String API = "/api/";

    private final Problems problems;
    private final StoresOpen stores;
    private final Draining draining;
    private final AccessLog access;

    Gatekeeper(Problems problems, StoresOpen stores, Draining draining, AccessLog access) {
        this.problems = problems;
        this.stores = stores;
        this.draining = draining;
        this.access = access;
    }

    void register(@Observes Filters filters) {
        filters.register(this::admit, BEFORE_ALL_OTHERS);
    }

    /** Routing refuses requests without a path or a host by itself, before it asks anybody. */
    void registerForUnrouted(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::refuseUnrouted);
    }

    private void refuseUnrouted(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (hangsUp(request)) {
            return;
        }
        boolean unrouted = routing.statusCode() == 400 || !RequestPath.isAbsolute(request.path());
        if (!unrouted || request.response().ended()) {
            routing.next();
            return;
        }
        RequestId.assign(request);
        access.watch(routing);
        problems.answer(request, RequestHeaders.unroutable(request));
    }

    private void admit(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (hangsUp(request)) {
            return;
        }
        RequestId.assign(request);
        access.watch(routing);
        TrailerKeeper.watch(request);
        try {
            requireAdmissible(request);
            if (request.method().equals(HttpMethod.OPTIONS) && tellMethods(request)) {
                return;
            }
        } catch (ServiceException refusal) {
            problems.answer(request, refusal);
            return;
        }
        routing.next();
    }

    /** {@code OPTIONS} of a path there is (RFC 9110, section 9.3.7). No other origin is told that it may come (CORS). */
    private static boolean tellMethods(HttpServerRequest request) {
        Optional<String> allowed = AllowedMethods.at(RequestPath.decode(request.path()));
        allowed.ifPresent(methods -> {
            UnreadBody.discard(request);
            // Nobody waits for the end of this answer; a broken connection is no news.
            var unused = request.response()
                    .setStatusCode(204)
                    .putHeader("Allow", methods)
                    .end();
        });
        return allowed.isPresent();
    }

    /** On who speaks another version of HTTP, such as HTTP/2 where it is not spoken: he would not understand the answer. */
    private static boolean hangsUp(HttpServerRequest request) {
        boolean unknown = request.version() == null;
        if (unknown) {
            request.connection().close();
        }
        return unknown;
    }

    private void requireAdmissible(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        RequestPath.requireUnambiguous(path);
        RequestHeaders.requireUnambiguous(request);
        if (!RequestPath.decode(path).startsWith(API)) { // as routing will see it
            return;
        }
        if (draining.hasBegun()) {
            throw new ServiceException(
                    ErrorCode.STOPPING,
                    "This process is about to end and begins nothing new. Send the request again, on another connection.");
        }
        if (request.query() != null) {
            RequestPath.requireReadableQuery(request.query());
        }
        requireContentType(request.getHeader("Content-Type"));
        List<String> codings = request.headers().getAll("Transfer-Encoding");
        if (!codings.isEmpty() && !(codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked"))) {
            throw new ServiceException(
                    ErrorCode.NOT_SUPPORTED,
                    "The only transfer coding known is chunked: what is packed otherwise would be stored packed.");
        }
        String expect = request.getHeader("Expect");
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            throw new ServiceException(ErrorCode.EXPECTATION_FAILED, "The only expectation known is 100-continue.");
        }
        if (!stores.getAsBoolean()) {
            throw new ServiceException(
                    ErrorCode.STORE_UNAVAILABLE, "The service has not found its stores yet; try again shortly.");
        }
    }

    /** Routing would fail over one that it cannot read. A form's may be untidier than any other: many are. */
    private static void requireContentType(@Nullable String header) {
        if (header == null) {
            return;
        }
        if (!header.regionMatches(true, 0, "multipart/form-data", 0, 19)) {
            UploadRequest.mediaType(header);
            return;
        }
        try {
            var unused = MediaType.valueOf(header);
        } catch (IllegalArgumentException e) {
            throw new ServiceException(
                    ErrorCode.INVALID_CONTENT_TYPE,
                    "The Content-Type is not of the form multipart/form-data; boundary=value.",
                    e);
        }
    }
}
