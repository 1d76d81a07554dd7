package dev.consigne.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ProtocolStep;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.HoldingProxy;
import dev.consigne.testing.HoldingProxy.Part;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two processes overwrite one file, and one of them dies: the file is one of the two, whole. */
@Tag("C22")
class OverwriteCrashIT {
    private static final String NAME = "file";
    private static final int FIRST = 2 * WiredService.CHUNK + 1;
    private static final int SECOND = 3 * WiredService.CHUNK + 2;
    private static final Duration LOCK_WAIT = Duration.ofSeconds(8);

    private CrashStores stores;

    @BeforeEach
    void storeTheFile() {
        stores = CrashStores.empty();
        stores.store(NAME, Bytes.seeded(1, 100));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void theSecondWinsIfTheFirstDiesBeforeItsCommit() throws Exception {
        long first = new Blow.Halts(Halt.at(ProtocolStep.SEALED)).strike(overwrite(FIRST));

        long second = overwriteInPeace();

        assertEnds(first, Left.WHOLE, second);
    }

    @Test
    void theSecondReplacesTheFirstThatDiedAfterItsCommit() throws Exception {
        long first = new Blow.Halts(Halt.at(ProtocolStep.PUBLISHED)).strike(overwrite(FIRST));

        long second = overwriteInPeace();

        assertEnds(first, Left.REMOVED, second);
    }

    @Test
    void theSecondWaitsForTheFirstAndGoesOnWhenItDies() throws Exception {
        try (HoldingProxy wire = HoldingProxy.holding(CrashStores.postgresPort(), Part.REQUEST, "COMMIT\0");
                CrashProcess first = CrashProcess.start(wire.port(), CrashStores.mongoPort(), overwrite(FIRST))) {
            // Given
            wire.awaitHeld();
            try (CrashProcess second = stores.start(overwrite(SECOND))) {
                second.awaitStep(ProtocolStep.SEALED.name());
                awaitLockWait();

                // When
                first.kill();
                wire.close();

                // Then
                second.requireDone();
                assertEnds(first.pid(), Left.WHOLE, second.pid());
            }
        }
    }

    private long overwriteInPeace() throws Exception {
        try (CrashProcess second = stores.start(overwrite(SECOND))) {
            second.requireDone();
            return second.pid();
        }
    }

    private static Orders overwrite(int length) {
        return Orders.store(NAME, length, Halt.NOWHERE);
    }

    private void assertEnds(long first, Left leftOfTheFirst, long second) {
        TimeLapse lapse = TimeLapse.of(stores, List.of(NAME));

        lapse.assertMeant(NAME, Optional.of(Bytes.sha256(overwrite(SECOND).bytes())));
        lapse.assertWent(lapse.begunBy(first).orElseThrow(), leftOfTheFirst);
        lapse.assertWent(lapse.begunBy(second).orElseThrow(), Left.PUBLISHED);
        lapse.assertSound();
    }

    /** Somebody waits for a lock that another session has; the question itself takes the time between two looks. */
    private void awaitLockWait() {
        long deadline = System.nanoTime() + LOCK_WAIT.toNanos();
        while (stores.rows().count("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
            assertThat(System.nanoTime()).as("nobody waits").isLessThan(deadline);
        }
    }
}
