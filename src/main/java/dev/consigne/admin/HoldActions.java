package dev.consigne.admin;

import dev.consigne.job.RewindGuard;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Shows whether removal is held, and releases it. */
@ApplicationScoped
class HoldActions {
    private final RewindGuard guard;

    HoldActions(RewindGuard guard) {
        this.guard = guard;
    }

    Uni<AdminAnswer> show(RoutingContext routing) {
        AdminQuery.of(routing.request(), Set.of());
        return guard.held().map(reason -> AdminAnswer.ok(view(reason)));
    }

    /** Also when nothing is held yet: an operator may know of a restore before a job has noticed it. */
    Uni<AdminAnswer> release(RoutingContext routing) {
        AdminQuery.of(routing.request(), Set.of());
        return guard.release().map(mark -> AdminAnswer.ok(Map.of("held", false, "mark", mark)));
    }

    private static Map<String, Object> view(Optional<String> reason) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("held", reason.isPresent());
        reason.ifPresent(text -> members.put("reason", text));
        return members;
    }
}
