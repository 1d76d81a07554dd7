package dev.consigne.crash;

import java.time.Duration;
import java.util.List;

/** A process that carries out its {@link Orders} and dies on the way. */
final class CrashMain {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int FAILED = 1;

    private CrashMain() {}

    /** @param args the ports of PostgreSQL and MongoDB, then the orders */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        try {
            List<String> arguments = List.of(args);
            run(arguments, Orders.parse(arguments.subList(2, arguments.size())));
            System.out.println(CrashProcess.DONE);
            Runtime.getRuntime().halt(0); // the drivers' threads would go on for a while
        } catch (RuntimeException | Error failure) {
            failure.printStackTrace();
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static void run(List<String> arguments, Orders orders) {
        int postgresPort = Integer.parseInt(arguments.get(0));
        int mongoPort = Integer.parseInt(arguments.get(1));
        WiredService service =
                WiredService.to(postgresPort, mongoPort, orders.halt().probe(), 1);
        orders.carryOut(service).await().atMost(BOUND);
        if (orders.halt().equals(Halt.ANSWERED)) {
            orders.halt().now();
        }
    }
}
