package dev.consigne.client.streams;

import dev.consigne.client.model.Problem;
import java.io.IOException;
import java.util.Optional;

/** What the service refused or failed at, with the code to decide by. */
public final class ProblemException extends IOException {
    private final int status;
    private final transient Optional<Problem> problem;

    ProblemException(int status, Optional<Problem> problem) {
        super(status
                + problem.map(told -> " " + told.getCode() + ": " + told.getDetail())
                        .orElse(""));
        this.status = status;
        this.problem = problem;
    }

    public int status() {
        return status;
    }

    /** The stable code; empty if somebody on the way answered who is not the service. */
    public Optional<String> code() {
        return problem.map(Problem::getCode);
    }

    /** All that was told. */
    public Optional<Problem> problem() {
        return problem;
    }

    boolean mayPassLater() {
        return status == 503
                || status == 429
                || code().filter("request-in-progress"::equals).isPresent();
    }
}
