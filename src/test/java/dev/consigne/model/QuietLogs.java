package dev.consigne.model;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** While hundreds of faults are made on purpose, what is logged about each of them would bury the one report that counts. */
final class QuietLogs implements AutoCloseable {
    private record Quiet(Logger logger, @Nullable Level before) {}

    private final List<Quiet> quiet =
            List.of(silence("dev.consigne"), silence("org.mongodb.driver"), silence("io.vertx"));

    private static Quiet silence(String name) {
        Logger logger = Logger.getLogger(name);
        Quiet quiet = new Quiet(logger, logger.getLevel());
        logger.setLevel(Level.OFF);
        return quiet;
    }

    @Override
    public void close() {
        quiet.forEach(each -> each.logger().setLevel(each.before()));
    }
}
