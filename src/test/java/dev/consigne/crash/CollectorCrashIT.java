package dev.consigne.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.crash.Orders.Deed;
import dev.consigne.file.ProtocolStep;
import dev.consigne.testing.Bytes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Collectors whose process dies at each place it can, each with a content that was given up, replaced or deleted. They
 * die three at once; then their claims lapse, and another collector goes on with everything.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CollectorCrashIT {
    private static final Duration DUE = Duration.ofDays(8).plusMinutes(30);
    private static final Duration CLAIMS_LAPSED = DUE.plusMinutes(11);
    private static final Duration LAST_SWEEP_DUE = CLAIMS_LAPSED.plusHours(24).plusMinutes(11);
    private static final Duration ALL_OVER = Duration.ofDays(30);
    private static final int LENGTH = 100 * WiredService.CHUNK; // more than one batch
    private static final byte[] LIVE_BYTES = Bytes.seeded(3, 3 * WiredService.CHUNK);

    private final Map<CollectorPoint, Set<UUID>> garbage = new EnumMap<>(CollectorPoint.class);
    private final Map<CollectorPoint, Set<UUID>> claimed = new EnumMap<>(CollectorPoint.class);
    private CrashStores stores;
    private UUID given;
    private UUID suspect;
    private Census whole;
    private Census expired;
    private Census crashed;
    private Census untouched;
    private Census continued;
    private List<UUID> sweeping;
    private Census swept;
    private Census rest;

    @BeforeAll
    void crashAllAndGoOn() throws Exception {
        stores = CrashStores.empty();
        stores.store("live", LIVE_BYTES);
        for (CollectorPoint point : CollectorPoint.values()) {
            garbage.put(point, makeGarbage(point));
        }
        given = upload(ProtocolStep.CHUNKS_WRITTEN);
        suspect = upload(ProtocolStep.SEALED);

        whole = stores.census();

        stores.ahead(DUE);
        crash(Halt.at(ProtocolStep.EXPIRED));
        crash(Halt.at(ProtocolStep.EXPIRED));
        expired = stores.census();
        for (CollectorPoint point : CollectorPoint.values()) {
            List<Integer> three = List.of(1, 2, 3);
            claimed.put(
                    point,
                    new TreeSet<>(AtOnce.each(three, any -> crash(point.halt())).values()));
        }
        crashed = stores.census();
        stores.collect();
        untouched = stores.census();

        stores.ahead(CLAIMS_LAPSED);
        stores.collect();
        continued = stores.census();

        stores.ahead(LAST_SWEEP_DUE);
        sweeping = List.of(crash(Halt.at(ProtocolStep.CLAIMED)), crash(Halt.at(ProtocolStep.FORGOTTEN)));
        swept = stores.census();
        stores.ahead(ALL_OVER);
        stores.collect();
        stores.ahead(ALL_OVER.plus(LAST_SWEEP_DUE));
        stores.collect();
        rest = stores.census();
    }

    @AfterAll
    void close() {
        stores.close();
    }

    @Test
    @Tag("C16")
    void aLapsedUploadStaysWhatTheCollectorMadeOfIt() {
        assertThat(expired.state(given)).isEqualTo("ABORTING");
        assertThat(expired.state(suspect)).isEqualTo("SUSPECT");
        assertThat(expired.chunks()).isEqualTo(whole.chunks());
        assertThat(continued.state(given)).isEqualTo("PURGED");
        assertThat(continued.state(suspect)).isEqualTo("SUSPECT");
        assertThat(continued.chunksOf(suspect)).isEqualTo(whole.chunksOf(suspect));
    }

    @ParameterizedTest
    @EnumSource
    void eachDiesWithAContentOfItsOwn(CollectorPoint point) {
        assertThat(claimed.get(point)).hasSize(3).isEqualTo(garbage.get(point));
    }

    @ParameterizedTest
    @EnumSource
    void leavesWhatTheTableSays(CollectorPoint point) {
        for (UUID content : contents(point)) {
            assertThat(crashed.state(content)).isEqualTo("PURGING");
            assertThat(whole.chunksOf(content)).hasSizeGreaterThan(64);
            assertThat(crashed.chunksOf(content)).isEqualTo(point.leftOf(whole.chunksOf(content)));
            assertThat(crashed.announced(content)).isEqualTo(point.announced());
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherWaitsForTheClaimToLapseAndGoesOn(CollectorPoint point) {
        for (UUID content : contents(point)) {
            assertThat(untouched.state(content)).isEqualTo("PURGING");
            assertThat(untouched.chunksOf(content)).isEqualTo(crashed.chunksOf(content));
            assertThat(continued.state(content)).isEqualTo("PURGED");
            assertThat(continued.chunksOf(content)).isEmpty();
            assertThat(continued.announced(content)).isFalse();
        }
    }

    @Test
    void aRowOutlivesACollectorThatDiesInTheLastSweep() {
        assertThat(sweeping)
                .doesNotHaveDuplicates()
                .allSatisfy(content -> assertThat(swept.state(content)).isEqualTo("PURGED"));
    }

    @Test
    void leavesNothingInEitherStoreThatIsNotAFile() {
        assertThat(new Oracle(continued).findings()).isEmpty();
        assertThat(Oracle.findingsAtRest(stores)).isEmpty();
        assertThat(rest.rows()).hasSize(1 + CollectorPoint.values().length);
        assertThat(stores.read("live")).contains(Bytes.sha256(LIVE_BYTES));
    }

    /** A content that was replaced, one that was deleted and one whose upload failed, and nothing else. */
    private Set<UUID> makeGarbage(CollectorPoint point) {
        UUID replaced = store(point.name() + "-replaced");
        stores.store(point.name() + "-replaced", LIVE_BYTES);
        UUID deleted = store(point.name() + "-deleted");
        carryOut(Orders.delete(point.name() + "-deleted", Halt.NOWHERE));
        carryOut(new Orders(Deed.STORE_BROKEN_BODY, point.name() + "-failed", LENGTH, Halt.NOWHERE));
        UUID failed = stores.rows()
                .query("SELECT id FROM content ORDER BY seq DESC LIMIT 1")
                .get(0)
                .getUUID("id");
        return new TreeSet<>(List.of(replaced, deleted, failed));
    }

    private void carryOut(Orders orders) {
        CrashStores.await(orders.carryOut(stores.service()));
    }

    private UUID store(String name) {
        return stores.store(name, Bytes.seeded(name.hashCode(), LENGTH))
                .content()
                .contentId()
                .value();
    }

    private UUID upload(ProtocolStep step) throws Exception {
        long pid = new Blow.Halts(Halt.at(step)).strike(Orders.store(step.name(), LENGTH, Halt.NOWHERE));
        return stores.census().begunBy(pid).orElseThrow();
    }

    /** Has a collector die, and returns the content it died with. */
    private UUID crash(Halt halt) throws Exception {
        try (CrashProcess process = stores.start(Orders.collect(halt))) {
            process.requireHalted();
            return UUID.fromString(process.awaitStep(halt.place()));
        }
    }

    private Set<UUID> contents(CollectorPoint point) {
        return Objects.requireNonNull(garbage.get(point));
    }
}
