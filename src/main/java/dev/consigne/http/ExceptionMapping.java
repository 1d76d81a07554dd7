package dev.consigne.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Sends every failure of a resource, and every refusal of the framework's routing, through {@link Problems}. */
class ExceptionMapping {
    private final Problems problems;

    ExceptionMapping(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response refusal(WebApplicationException failure, HttpServerRequest request) {
        return respond(failure, request);
    }

    @ServerExceptionMapper
    Response any(Throwable failure, HttpServerRequest request) {
        return respond(failure, request);
    }

    private Response respond(Throwable failure, HttpServerRequest request) {
        Problems.Rendered problem = problems.render(request, failure);
        Response.ResponseBuilder response = Response.status(problem.status()).entity(problem.body());
        problem.headers().forEach(response::header);
        return response.build();
    }
}
