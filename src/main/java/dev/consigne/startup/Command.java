package dev.consigne.startup;

import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the arguments of the process ask for. */
sealed interface Command {
    String USAGE = """
            Usage: java -jar quarkus-run.jar                          serve
                   java -jar quarkus-run.jar JOB [--repair] [--deep]  run a job to its end and leave;
                                                  [--unless-running]  at once, and with 0, if another process runs it
                   java -jar quarkus-run.jar release                  allow removal again after a hold
                   java -jar quarkus-run.jar --help

            Jobs:
              fsck       each store against the other; --deep reads every byte; changes nothing without --repair
              check      is every chunk of every file there; marks files that miss some as damaged
              scrub      reads every byte of every file; marks damaged ones, and healed ones as sound
              orphans    what MongoDB has and the catalog does not know; --repair hands it to the collector
              collector  removes what may be removed; needs --repair
              adopt      what is complete in MongoDB and no file; --repair makes files of it
              bulk       the changes to many files that users asked for; needs --repair

            The report goes to standard output as one JSON document, the log to standard error. Exit code: 0 nothing
            wrong; 1 findings, mended or not; 2 arguments not understood; 3 stores not reachable or not a pair;
            4 runs elsewhere, held, failed or stopped.
            """;

    /**
     * To run a job to its end.
     *
     * @param unlessRunning that another process runs it is as good as having run it
     */
    record Run(JobName job, JobOrder order, boolean unlessRunning) implements Command {}

    /** To allow removal again. */
    record Release() implements Command {}

    /** To tell how it is used. */
    record Help() implements Command {}

    /** Fails with an {@link IllegalArgumentException} that says what is wrong. */
    static Command parse(List<String> arguments) {
        if (arguments.contains("--help")) {
            return new Help();
        }
        String first = arguments.isEmpty() ? "" : arguments.get(0);
        List<String> options = arguments.stream().skip(1).toList();
        if (first.equals("release")) {
            requireKnown(options, Set.of());
            return new Release();
        }
        JobName job = JobName.of(first)
                .orElseThrow(() -> new IllegalArgumentException("there is no job '" + first + "'; there are "
                        + Stream.of(JobName.values()).map(JobName::label).collect(Collectors.joining(", "))));
        requireKnown(options, Set.of("--repair", "--deep", "--unless-running"));
        JobOrder order = new JobOrder(
                options.contains("--repair") ? JobOrder.Mode.REPAIR : JobOrder.Mode.REPORT, options.contains("--deep"));
        job.refusal(order).ifPresent(refusal -> {
            throw new IllegalArgumentException(refusal);
        });
        return new Run(job, order, options.contains("--unless-running"));
    }

    private static void requireKnown(List<String> options, Set<String> known) {
        options.stream().filter(option -> !known.contains(option)).findFirst().ifPresent(option -> {
            throw new IllegalArgumentException("'" + option + "' is not known here");
        });
    }
}
