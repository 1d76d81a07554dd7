package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.testing.RenewingCatalog;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When an upload's lease is renewed, and what happens when it cannot be. */
class UploadLeaseTest {
    private static final Duration LEASE = Duration.ofMinutes(10);

    private final RenewingCatalog catalog = new RenewingCatalog();
    private long nanos = 17;
    private final PendingContent pending = new PendingContent(Samples.newContent(), 1, 64, 4, 1 << 20);
    private final UploadLease lease = new UploadLease(catalog, FileMeters.NOOP, () -> nanos, LEASE, pending);

    @Test
    void doesNotAskTheCatalogWhileYoungAndCovered() {
        pass(LEASE.dividedBy(4).minusNanos(1));

        cover(0);
        cover(3);

        assertThat(catalog.limits()).isEmpty();
    }

    @Test
    void renewsAfterAQuarterAndThenWaitsForTheNext() {
        // Given
        pass(LEASE.dividedBy(4));

        // When
        cover(1);
        cover(2);

        // Then
        assertThat(catalog.limits()).containsExactly(4);
        pass(LEASE.dividedBy(4));
        cover(3);
        assertThat(catalog.limits()).containsExactly(4, 4);
    }

    @Test
    void raisesTheChunkLimitBeforeAChunkBeyondItIsWritten() {
        cover(4);
        cover(9);
        cover(10);

        assertThat(catalog.limits()).containsExactly(10, 22);
    }

    @Test
    void raisesTheChunkLimitNoFurtherThanAnInt() {
        cover(Integer.MAX_VALUE - 1);

        assertThat(catalog.limits()).containsExactly(Integer.MAX_VALUE);
    }

    @Test
    void isLostOnceTheRowWasTakenAway() {
        catalog.answer(Uni.createFrom().item(false));
        pass(LEASE.dividedBy(4));

        assertFails(1, ErrorCode.UPLOAD_LOST);
    }

    @Test
    void goesOnWithoutTheCatalogUntilHalfOfTheLeaseHasPassed() {
        // Given
        catalog.answer(away());
        pass(LEASE.dividedBy(4));
        cover(1);
        pass(LEASE.dividedBy(4).minusNanos(1));
        cover(2);

        // When
        pass(Duration.ofNanos(1));

        // Then
        assertFails(3, ErrorCode.STORE_UNAVAILABLE);
        assertThat(catalog.limits()).as("each chunk tried").hasSize(3);
    }

    @Test
    void writesNoUncoveredChunkWithoutTheCatalog() {
        catalog.answer(away());

        assertFails(4, ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void countsTheLeaseFromTheLastRenewalThatWasAnswered() {
        // Given
        catalog.answer(away());
        pass(LEASE.dividedBy(3));
        cover(1);
        catalog.answer(Uni.createFrom().item(true));
        cover(1);
        catalog.answer(away());

        // When
        pass(LEASE.dividedBy(3));

        // Then
        cover(2);
        assertThat(catalog.limits()).hasSize(3);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private void cover(int chunk) {
        lease.cover(chunk).await().atMost(Duration.ofSeconds(1));
    }

    private void assertFails(int chunk, ErrorCode code) {
        assertThatThrownBy(() -> cover(chunk))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private static Uni<Boolean> away() {
        return Uni.createFrom().failure(() -> new ServiceException(ErrorCode.STORE_UNAVAILABLE, "away"));
    }
}
