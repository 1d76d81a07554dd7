package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ProtocolStep;
import dev.consigne.file.Slice;
import dev.consigne.memory.Caller;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What one fault leaves behind would not be noticed; what many leave behind is. */
@QuarkusTest
class RepeatedFaultTest extends WithWires {
    private static final int ROUNDS = 15;
    /** The driver and the proxy may be in the middle of making a connection anew. */
    private static final int UNDER_WAY = 8;

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void costsNoThreadHoweverOftenTheWiresBreak() {
        // Given
        round(0);
        round(1);
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();

        // When
        for (int round = 2; round < ROUNDS; round++) {
            round(round);
        }

        // Then
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(ManagementFactory.getThreadMXBean().getThreadCount())
                                .isLessThanOrEqualTo(threads + UNDER_WAY));
        await(storeWired("new"));
        assertBytes("new", bytes);
    }

    /** An upload, a download and a question, with both wires cut under them; how they end is not the point here. */
    private void round(int round) {
        probe.once(ProtocolStep.CHUNK_WRITTEN, contentId -> {
            toMongo.reset();
            toPostgres.reset();
        });
        await(Uni.join()
                .all(
                        ended(storeWired("round-" + round)),
                        ended(service.content(Caller.UNKNOWN, live, new Slice(0, live.length()))
                                .collect()
                                .asList()),
                        ended(service.file(live.id())))
                .andFailFast());
    }

    private static Uni<Boolean> ended(Uni<?> work) {
        return work.replaceWith(true).onFailure().recoverWithItem(false);
    }
}
