package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nothing acknowledged is lost, nothing but whole values is served and nothing is left behind, however often and whenever
 * the processes are killed. A few kills belong to every build; {@code ./mvnw verify -Pkill-loop -Dkills=1000} does more.
 */
class KillLoopIT {
    private static final String FOLDER = "stores-kill-loop";

    @Test
    void losesNothingAndLeavesNothingBehindHoweverOftenItIsKilled() throws Exception {
        // Given
        int kills = Integer.getInteger("consigne.kills", 8);
        long seed = Long.getLong("consigne.kill.seed", System.nanoTime());
        removeFolder();
        long start = System.nanoTime();

        // When
        try (KillLoop loop = new KillLoop(FOLDER, seed)) {
            loop.run(kills);
            long orphans = loop.settleAndCountOrphans();

            // Then
            String line = loop.tally().line(orphans, seed, (System.nanoTime() - start) / 1_000_000_000L);
            System.out.println(line);
            Files.writeString(Path.of("target", "kill-loop.txt"), line + "\n");
            assertThat(loop.tally().lost).as("lost: " + line).isEmpty();
            assertThat(loop.tally().partial).as("served partial: " + line).isEmpty();
            assertThat(orphans).as("left behind: " + line).isZero();
            assertThat(loop.tally().acknowledged.get()).as(line).isPositive();
        }
        removeFolder();
    }

    private static void removeFolder() throws IOException {
        Path folder = Path.of("target", FOLDER);
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
