package dev.consigne.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.error.ErrorCode;
import dev.consigne.error.ProblemBody;
import dev.consigne.error.ServiceException;
import dev.consigne.file.UnknownOutcomeException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/** Turns whatever failed into a problem answer. The one place that does, and the one that logs it. */
@Singleton
class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);

    /** Seconds of {@code Retry-After} at the most: not the same for all, who would come back together. */
    private static final int LONGEST_RETRY_SECONDS = 5;

    /** So many come together that each would be a line too much; they are counted. */
    private static final Set<ErrorCode> OF_OVERLOAD = Set.of(ErrorCode.OVERLOADED, ErrorCode.TOO_MANY_TRANSFERS);

    private static final Set<ErrorCode> NO_FAULT_OF_OURS = Set.of(ErrorCode.NOT_SUPPORTED, ErrorCode.QUOTA_EXCEEDED);

    private final ObjectMapper json;

    Problems(ObjectMapper json) {
        this.json = json;
    }

    /**
     * A problem ready to be sent.
     *
     * @param headers without {@code Content-Length}
     */
    @SuppressWarnings("ArrayRecordComponent") // sent once and compared with nothing
    record Rendered(int status, Map<String, String> headers, byte[] body) {}

    /** Logs the failure and words it for the client. What the client still sends of its body is taken care of. */
    Rendered render(HttpServerRequest request, Throwable failure) {
        ServiceException known = known(request, failure);
        log(request, known, failure);
        Exchange.of(request).ifPresent(exchange -> exchange.refused(known.code()));
        countTogether();
        UnreadBody.discard(request);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", ProblemBody.MEDIA_TYPE);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Cache-Control", "no-store");
        if (known.code().retryable()) {
            headers.put("Retry-After", retryAfter());
        }
        if (known.code() == ErrorCode.METHOD_NOT_ALLOWED) {
            allowed(request).ifPresent(methods -> headers.put("Allow", methods));
        }
        if (known.extensions().get("contentRange") instanceof String range) {
            headers.put("Content-Range", range);
        }
        return new Rendered(
                known.code().status(), headers, encode(ProblemBody.of(known, RequestId.of(request.response()))));
    }

    /** Answers a request that no resource has seen. */
    void answer(HttpServerRequest request, Throwable failure) {
        HttpServerResponse response = request.response();
        Rendered problem = render(request, failure);
        response.setStatusCode(problem.status());
        problem.headers().forEach(response::putHeader);
        // Nobody waits for the end of this answer; a broken connection is no news.
        var unused = response.end(Buffer.buffer(problem.body()));
    }

    /** What reached no resource would be counted under its own path, and there is no end of those. */
    private static void countTogether() {
        Context context = UploadRequest.context();
        if (context.getLocal(Exchange.ROUTE) == null) {
            context.putLocal(Exchange.ROUTE, "refused");
        }
    }

    private static ServiceException known(HttpServerRequest request, Throwable failure) {
        if (failure instanceof ServiceException service) {
            return service;
        }
        if (failure instanceof UnknownOutcomeException) {
            return new ServiceException(
                    ErrorCode.COMMIT_UNKNOWN,
                    "Whether the change was made is not known. Send the request again: that is safe.",
                    failure);
        }
        if (failure instanceof WebApplicationException web) {
            return ofStatus(web.getResponse().getStatus(), request, failure);
        }
        return new ServiceException(
                ErrorCode.INTERNAL, "The request failed for a reason that is ours; the log knows it.", failure);
    }

    /** What the framework refuses before a resource is reached. */
    private static ServiceException ofStatus(int status, HttpServerRequest request, Throwable failure) {
        return switch (status) {
            case 404 -> new ServiceException(ErrorCode.NOT_FOUND, "There is nothing at this path.", failure);
            case 405 ->
                new ServiceException(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        "The path does not take this method"
                                + allowed(request)
                                        .map(methods -> ", but " + methods)
                                        .orElse("") + ".",
                        failure);
            case 406 ->
                new ServiceException(
                        ErrorCode.NOT_ACCEPTABLE,
                        "Accept does not allow the media type that the answer has: application/json.",
                        failure);
            case 415 ->
                new ServiceException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "The path does not take a body of this Content-Type.",
                        failure);
            default ->
                status >= 500
                        ? new ServiceException(
                                ErrorCode.INTERNAL, "The request failed for a reason that is ours.", failure)
                        : new ServiceException(ErrorCode.INVALID_PARAMETER, "The request could not be read.", failure);
        };
    }

    private static String retryAfter() {
        return Integer.toString(ThreadLocalRandom.current().nextInt(1, LONGEST_RETRY_SECONDS + 1));
    }

    private static Optional<String> allowed(HttpServerRequest request) {
        return AllowedMethods.at(RequestPath.decode(request.path()));
    }

    private static void log(HttpServerRequest request, ServiceException known, Throwable failure) {
        String id = RequestId.of(request.response());
        if (failure instanceof ClientGoneException) {
            LOG.infof("requestId=%s client went away: %s %s", id, request.method(), failure.getMessage());
        } else if (known.code().retryable() && known.getCause() == null && !OF_OVERLOAD.contains(known.code())) {
            LOG.infof("requestId=%s %s: %s", id, request.method(), known.detail());
        } else if (known.code().status() >= 500
                && !NO_FAULT_OF_OURS.contains(known.code())
                && !OF_OVERLOAD.contains(known.code())) {
            LOG.errorf(
                    failure,
                    "requestId=%s %s failed with %s",
                    id,
                    request.method(),
                    known.code().code());
        } else {
            LOG.debugf(
                    "requestId=%s %s refused with %s",
                    id, request.method(), known.code().code());
        }
    }

    private byte[] encode(Map<String, Object> problem) {
        try {
            return json.writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem is made of text and numbers", e);
        }
    }
}
