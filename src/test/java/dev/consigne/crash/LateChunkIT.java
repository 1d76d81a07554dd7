package dev.consigne.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.testing.HoldingProxy;
import dev.consigne.testing.HoldingProxy.Part;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A chunk is under way when its process dies, and lands when everything else of its content is long removed. */
@Tag("C5")
class LateChunkIT {

    @ParameterizedTest
    @EnumSource(
            value = Shape.class,
            names = {"SMALL", "SEVERAL"})
    void isRemovedByTheLastSweep(Shape shape) throws Exception {
        int last = shape.chunks() - 1;
        String key = String.format(Locale.ROOT, ":%08d", last);
        try (CrashStores stores = CrashStores.empty();
                HoldingProxy wire = HoldingProxy.holding(CrashStores.mongoPort(), Part.REQUEST, key)) {
            // Given
            UUID content = killWhileTheChunkIsHeld(stores, wire, shape);
            stores.advanceTo(Moment.LEASE_LAPSED);
            stores.advanceTo(Moment.QUARANTINE_OVER);
            assertThat(stores.census().state(content)).isEqualTo("PURGED");
            assertThat(stores.census().chunks()).isEmpty();

            // When
            wire.release();

            // Then
            assertThat(stores.census().chunksOf(content)).containsExactly(last);
            assertThat(new Oracle(stores.census()).findings()).isNotEmpty();
            stores.advanceTo(Moment.RETENTION_OVER);
            assertThat(stores.census().rows()).isEmpty();
            assertThat(Oracle.findingsAtRest(stores)).isEmpty();
        }
    }

    private static UUID killWhileTheChunkIsHeld(CrashStores stores, HoldingProxy wire, Shape shape) throws Exception {
        Orders orders = Orders.store("late", shape.length(), Halt.NOWHERE);
        try (CrashProcess process = CrashProcess.start(CrashStores.postgresPort(), wire.port(), orders)) {
            wire.awaitHeld();
            process.kill();
            return stores.census().begunBy(process.pid()).orElseThrow();
        }
    }
}
