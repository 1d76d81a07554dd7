package dev.consigne.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the process begins: without arguments it serves, with a job's name it runs that job to its end. */
@QuarkusMain
public final class Main {
    /** A job opens no port, starts no other job, changes no schema, and keeps standard output for its report. */
    private static final Map<String, String> ALONE = Map.of(
            "quarkus.http.host-enabled", "false",
            "quarkus.management.host-enabled", "false",
            "quarkus.scheduler.enabled", "false",
            "quarkus.flyway.migrate-at-start", "false",
            "quarkus.banner.enabled", "false",
            "quarkus.log.console.stderr", "true");

    /**
     * The HTTP server below would answer URLs that {@link java.net.URI} does not take by itself, without a word, and among
     * them most names outside Latin that are not percent-encoded. With this it leaves them to the service. For tests it is
     * set in pom.xml, for the native executable in application.properties.
     */
    private static final String NO_EARLY_REFUSAL = "vertx.disableURIValidation";

    private Main() {}

    public static void main(String... arguments) {
        System.setProperty(NO_EARLY_REFUSAL, "true");
        if (arguments.length == 0) {
            Quarkus.run(arguments);
        } else {
            alone(arguments);
        }
    }

    private static void alone(String... arguments) {
        Command command;
        try {
            command = Command.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + Command.USAGE);
            System.exit(ExitCode.USAGE.number());
            return;
        }
        if (command instanceof Command.Help) {
            System.out.print(Command.USAGE);
            System.out.flush();
            return;
        }
        ALONE.forEach(System::setProperty);
        Quarkus.run(JobProcess.class, Main::leave, arguments);
    }

    /** @param failure what the job did not expect, or why nothing was started: nobody else tells */
    private static void leave(int code, @Nullable Throwable failure) {
        if (failure != null) {
            System.err.println("the job was not run to its end:");
            failure.printStackTrace(); // with its causes, of which the last is what to mend
        }
        System.exit(failure == null ? code : ExitCode.UNFINISHED.number());
    }
}
