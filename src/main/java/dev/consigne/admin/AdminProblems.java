package dev.consigne.admin;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ProblemBody;
import dev.consigne.error.RequestIds;
import dev.consigne.error.ServiceException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Words what was refused or failed for an operator, and logs what is not the operator's doing. */
final class AdminProblems {
    private static final Logger LOG = Logger.getLogger(AdminProblems.class);
    private static final String RETRY_AFTER_SECONDS = "2";

    private AdminProblems() {}

    static void answer(HttpServerRequest request, Throwable failure) {
        ServiceException known = failure instanceof ServiceException service
                ? service
                : new ServiceException(
                        ErrorCode.INTERNAL, "The request failed for a reason that is ours; the log knows it.", failure);
        HttpServerResponse response = request.response();
        String id = requestId(response);
        if (known.code().status() >= 500 && known.getCause() != null) {
            LOG.errorf(failure, "requestId=%s %s failed with %s", id, request.method(), known.code());
        }
        if (known.code() == ErrorCode.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", AdminAccess.CHALLENGE);
        }
        if (known.code().retryable()) {
            response.putHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        response.setStatusCode(known.code().status()).putHeader("Content-Type", ProblemBody.MEDIA_TYPE);
        // Nobody waits for the end of this answer; a broken connection is no news.
        var unused = response.end(new JsonObject(ProblemBody.of(known, id)).toBuffer());
    }

    static String requestId(HttpServerResponse response) {
        @Nullable String id = response.headers().get(RequestIds.HEADER);
        return id == null ? "unknown" : id;
    }
}
