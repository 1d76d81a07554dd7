package dev.consigne.admin;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.RequestIds;
import dev.consigne.error.ServiceException;
import dev.consigne.job.StoresOpen;
import io.quarkus.vertx.http.ManagementInterface;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The paths of the administration. They are on the management interface alone, and nothing below /admin is open. */
@ApplicationScoped
class AdminRoutes {
    private static final String ALL = "/admin/*";

    private final Vertx vertx;
    private final AdminAccess access;
    private final StoresOpen stores;
    private final JobActions jobs;
    private final HoldActions hold;

    AdminRoutes(Vertx vertx, AdminAccess access, StoresOpen stores, JobActions jobs, HoldActions hold) {
        this.vertx = vertx;
        this.access = access;
        this.stores = stores;
        this.jobs = jobs;
        this.hold = hold;
    }

    void register(@Observes ManagementInterface management) {
        management.router().route(ALL).subRouter(routes());
    }

    private Router routes() {
        Router router = Router.router(vertx);
        router.route().handler(this::admit);
        route(router, "/jobs", Map.of(HttpMethod.GET, jobs::all));
        route(
                router,
                "/jobs/:job",
                Map.of(HttpMethod.GET, jobs::one, HttpMethod.POST, jobs::start, HttpMethod.DELETE, jobs::stop));
        route(router, "/jobs/:job/findings", Map.of(HttpMethod.GET, jobs::findings));
        route(router, "/hold", Map.of(HttpMethod.GET, hold::show, HttpMethod.DELETE, hold::release));
        router.route()
                .handler(routing -> AdminProblems.answer(
                        routing.request(),
                        new ServiceException(ErrorCode.NOT_FOUND, "There is nothing at this path.")));
        return router;
    }

    /** Before anything is said about paths or jobs: who asks. */
    private void admit(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        request.response()
                .putHeader(RequestIds.HEADER, RequestIds.choose(request.getHeader(RequestIds.HEADER)))
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff");
        try {
            access.require(request.headers().getAll("Authorization"));
            AdminQuery.requireReadable(request); // routing would fail over it
        } catch (ServiceException refusal) {
            AdminProblems.answer(request, refusal);
            return;
        }
        routing.next();
    }

    private void route(
            Router router, String path, Map<HttpMethod, Function<RoutingContext, Uni<AdminAnswer>>> actions) {
        String allowed =
                actions.keySet().stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
        router.route(path).handler(routing -> {
            Function<RoutingContext, Uni<AdminAnswer>> action =
                    actions.get(routing.request().method());
            if (action == null) {
                routing.response().putHeader("Allow", allowed);
                AdminProblems.answer(
                        routing.request(),
                        new ServiceException(ErrorCode.METHOD_NOT_ALLOWED, "This path takes " + allowed + "."));
            } else {
                act(routing, action);
            }
        });
    }

    private void act(RoutingContext routing, Function<RoutingContext, Uni<AdminAnswer>> action) {
        HttpServerRequest request = routing.request();
        Context context = routing.vertx().getOrCreateContext();
        Uni.createFrom()
                .deferred(() -> {
                    requireAdmissible(request);
                    return action.apply(routing);
                })
                .emitOn(task -> context.runOnContext(nothing -> task.run()))
                .subscribe()
                .with(answer -> send(request.response(), answer), failure -> AdminProblems.answer(request, failure));
    }

    private void requireAdmissible(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (request.headers().contains("Transfer-Encoding") || (length != null && !length.equals("0"))) {
            throw new ServiceException(ErrorCode.INVALID_BODY, "This path takes parameters and no body.");
        }
        if (!stores.getAsBoolean()) {
            throw new ServiceException(
                    ErrorCode.STORE_UNAVAILABLE, "The service has not found its stores yet; try again shortly.");
        }
    }

    private static void send(HttpServerResponse response, AdminAnswer answer) {
        answer.location().ifPresent(location -> response.putHeader("Location", location));
        response.setStatusCode(answer.status()).putHeader("Content-Type", "application/json");
        // Nobody waits for the end of this answer; a broken connection is no news.
        var unused = response.end(new JsonObject(answer.body()).toBuffer());
    }
}
