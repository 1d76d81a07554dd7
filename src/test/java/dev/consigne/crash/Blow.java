package dev.consigne.crash;

import dev.consigne.testing.HoldingProxy;
import dev.consigne.testing.HoldingProxy.Part;

/** How a process is brought to its end. */
sealed interface Blow {
    /** Carries out the orders in a process that does not survive, and returns its pid. */
    long strike(Orders orders) throws Exception;

    /** It halts itself, between two steps. */
    record Halts(Halt halt) implements Blow {
        @Override
        public long strike(Orders orders) throws Exception {
            Orders withHalt = new Orders(orders.deed(), orders.name(), orders.length(), halt);
            try (CrashProcess process =
                    CrashProcess.start(CrashStores.postgresPort(), CrashStores.mongoPort(), withHalt)) {
                process.requireHalted();
                return process.pid();
            }
        }
    }

    /** It is killed while it waits for the answer of PostgreSQL to the request with the text. */
    record WaitsForPostgres(Part held, String text) implements Blow {
        @Override
        public long strike(Orders orders) throws Exception {
            try (HoldingProxy wire = HoldingProxy.holding(CrashStores.postgresPort(), held, text);
                    CrashProcess process = CrashProcess.start(wire.port(), CrashStores.mongoPort(), orders)) {
                wire.awaitHeld();
                process.kill();
                return process.pid();
            }
        }
    }

    /** It is killed while it waits for the answer of MongoDB to the request with the text. */
    record WaitsForMongo(Part held, String text) implements Blow {
        @Override
        public long strike(Orders orders) throws Exception {
            try (HoldingProxy wire = HoldingProxy.holding(CrashStores.mongoPort(), held, text);
                    CrashProcess process = CrashProcess.start(CrashStores.postgresPort(), wire.port(), orders)) {
                wire.awaitHeld();
                process.kill();
                return process.pid();
            }
        }
    }
}
