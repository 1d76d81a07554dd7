package dev.consigne.admin;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobReport;
import dev.consigne.job.JobRunner;
import dev.consigne.job.JobStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks at jobs, begins and ends them by hand. */
@ApplicationScoped
class JobActions {
    private static final Logger LOG = Logger.getLogger(JobActions.class);
    private static final Set<String> NOTHING = Set.of();
    private static final int MAX_FINDINGS = 1000;
    private static final int DEFAULT_FINDINGS = 100;

    private final JobRunner runner;
    private final JobLog log;

    JobActions(JobRunner runner, JobLog log) {
        this.runner = runner;
        this.log = log;
    }

    Uni<AdminAnswer> all(RoutingContext routing) {
        AdminQuery.of(routing.request(), NOTHING);
        return statuses()
                .map(known -> Stream.of(JobName.values())
                        .map(name -> view(name, known.get(name)))
                        .toList())
                .map(jobs -> AdminAnswer.ok(Map.of("jobs", jobs)));
    }

    Uni<AdminAnswer> one(RoutingContext routing) {
        JobName name = name(routing);
        AdminQuery.of(routing.request(), NOTHING);
        return statuses().map(known -> AdminAnswer.ok(view(name, known.get(name))));
    }

    Uni<AdminAnswer> start(RoutingContext routing) {
        JobName name = name(routing);
        JobOrder order =
                AdminQuery.of(routing.request(), Set.of("mode", "deep")).order();
        name.refusal(order).ifPresent(refusal -> {
            throw new ServiceException(ErrorCode.INVALID_PARAMETER, refusal);
        });
        LOG.infof("by hand, from %s: start %s %s", from(routing), name, order);
        return runner.start(name, order)
                .map(taken -> AdminAnswer.accepted(
                        path(name),
                        JobReport.of(taken.orElseThrow(() -> new ServiceException(
                                ErrorCode.JOB_RUNNING,
                                "Job " + name.label() + " runs already, here or in another process. Look at it with"
                                        + " GET, or stop it with DELETE.")))));
    }

    Uni<AdminAnswer> stop(RoutingContext routing) {
        JobName name = name(routing);
        AdminQuery.of(routing.request(), NOTHING);
        LOG.infof("by hand, from %s: stop %s", from(routing), name);
        return log.requestStop(name).map(asked -> {
            if (!asked) {
                throw new ServiceException(ErrorCode.JOB_NOT_RUNNING, "Job " + name.label() + " does not run.");
            }
            return AdminAnswer.accepted(path(name), Map.of("job", name.label(), "stopping", true));
        });
    }

    Uni<AdminAnswer> findings(RoutingContext routing) {
        JobName name = name(routing);
        AdminQuery query = AdminQuery.of(routing.request(), Set.of("after", "limit"));
        long after = query.number("after", 0, 0, Long.MAX_VALUE);
        int limit = (int) query.number("limit", DEFAULT_FINDINGS, 1, MAX_FINDINGS);
        return log.findings(name, after, limit + 1).map(found -> AdminAnswer.ok(page(name, found, limit)));
    }

    /** @param found one more than asked for, if there are more */
    private static Map<String, Object> page(JobName name, List<JobLog.Numbered> found, int limit) {
        List<JobLog.Numbered> shown = found.stream().limit(limit).toList();
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("job", name.label());
        page.put("findings", JobReport.of(shown));
        if (found.size() > limit) {
            page.put("next", shown.get(shown.size() - 1).number());
        }
        return page;
    }

    private Uni<Map<JobName, JobStatus>> statuses() {
        return log.statuses().map(all -> all.stream().collect(Collectors.toMap(JobStatus::name, status -> status)));
    }

    private static Map<String, Object> view(JobName name, @Nullable JobStatus status) {
        return status == null ? JobReport.never(name) : JobReport.of(status);
    }

    private static JobName name(RoutingContext routing) {
        return Optional.ofNullable(routing.pathParam("job"))
                .flatMap(JobName::of)
                .orElseThrow(() -> new ServiceException(
                        ErrorCode.JOB_NOT_FOUND,
                        "There is no such job. There are: "
                                + Stream.of(JobName.values())
                                        .map(JobName::label)
                                        .collect(Collectors.joining(", ")) + "."));
    }

    private static String path(JobName name) {
        return "/admin/jobs/" + name.label();
    }

    private static String from(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        return request.remoteAddress() + " requestId=" + AdminProblems.requestId(request.response());
    }
}
