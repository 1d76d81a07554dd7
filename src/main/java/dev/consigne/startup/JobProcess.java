package dev.consigne.startup;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRun;
import dev.consigne.job.JobRunner;
import dev.consigne.job.JobStatus;
import dev.consigne.job.RewindGuard;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.QuarkusApplication;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/** A process that runs one job to its end, tells what came of it, and leaves. */
@ApplicationScoped
@Unremovable
class JobProcess implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(JobProcess.class);
    private static final Duration STORES_WITHIN = Duration.ofSeconds(60);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

    private final StoreGate gate;
    private final JobRunner runner;
    private final JobLog log;
    private final RewindGuard guard;

    JobProcess(StoreGate gate, JobRunner runner, JobLog log, RewindGuard guard) {
        this.gate = gate;
        this.runner = runner;
        this.log = log;
        this.guard = guard;
    }

    @Override
    public int run(String... arguments) throws InterruptedException, IOException {
        Command command = Command.parse(List.of(arguments));
        if (!storesFound()) {
            return ExitCode.NO_STORES.number();
        }
        try {
            return (command instanceof Command.Run job ? run(job) : release()).number();
        } catch (ServiceException failure) {
            LOG.errorf(failure, "%s", failure.getMessage());
            return (failure.code() == ErrorCode.STORE_UNAVAILABLE ? ExitCode.NO_STORES : ExitCode.UNFINISHED).number();
        }
    }

    private boolean storesFound() throws InterruptedException {
        try {
            gate.opening().toCompletableFuture().get(STORES_WITHIN.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            LOG.errorf("gave up after %s, %s", STORES_WITHIN, gate.waitingFor());
            return false;
        } catch (ExecutionException e) {
            return false; // the gate has said why
        }
    }

    private ExitCode release() throws IOException {
        Optional<String> held = await(guard.held());
        long mark = await(guard.release());
        try (ReportWriter report = new ReportWriter(new FileOutputStream(FileDescriptor.out))) {
            report.released(held, mark);
        }
        return ExitCode.SOUND;
    }

    /** A run that was left in the middle is ended first, with the order it was begun with. */
    private ExitCode run(Command.Run command) throws IOException {
        JobOrder order = command.order();
        Optional<JobRun> taken = take(command);
        while (taken.isPresent() && !taken.get().order().equals(order)) {
            LOG.infof(
                    "first ending run %d, which was begun with %s",
                    taken.get().run(), taken.get().order());
            if (toItsEnd(taken.get()) != JobEnd.DONE) {
                return ExitCode.UNFINISHED;
            }
            taken = take(command);
        }
        if (taken.isEmpty()) {
            return runsElsewhere(command);
        }
        JobEnd end = toItsEnd(taken.get());
        boolean sound = report(taken.get());
        return end != JobEnd.DONE ? ExitCode.UNFINISHED : sound ? ExitCode.SOUND : ExitCode.FINDINGS;
    }

    private static ExitCode runsElsewhere(Command.Run command) {
        boolean well = command.unlessRunning();
        LOG.logf(
                well ? Level.INFO : Level.ERROR,
                "job %s runs in another process",
                command.job().label());
        return well ? ExitCode.SOUND : ExitCode.UNFINISHED;
    }

    private Optional<JobRun> take(Command.Run command) {
        return await(runner.take(command.job(), command.order(), Duration.ZERO));
    }

    /** However long it takes, or until the process is told to end: then the lease lapses and another goes on. */
    private JobEnd toItsEnd(JobRun run) {
        CompletableFuture<JobEnd> end = runner.run(run).subscribeAsCompletionStage();
        return end.join();
    }

    /** @return whether nothing was found that is wrong */
    private boolean report(JobRun run) throws IOException {
        JobStatus status = await(log.statuses()).stream()
                .filter(known -> known.name() == run.name() && known.run() == run.run())
                .findFirst()
                .orElseThrow(() -> new IOException("another run began before the report of this one was read"));
        try (ReportWriter report = new ReportWriter(new FileOutputStream(FileDescriptor.out))) {
            return report.run(status, (after, limit) -> await(log.findings(run.name(), after, limit)));
        }
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(ANSWER_WITHIN);
    }
}
