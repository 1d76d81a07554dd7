package dev.consigne.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.testing.HandTicker;
import dev.consigne.testing.RenewingCatalog;
import dev.consigne.testing.Samples;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When an upload's lease is renewed, and what happens when it cannot be. */
class UploadLeaseTest {
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Duration BEAT = Duration.ofMinutes(2);
    private static final Duration MOMENT = Duration.ofNanos(1);

    private final RenewingCatalog catalog = new RenewingCatalog();
    private final HandTicker ticker = new HandTicker();
    private final PendingContent pending = new PendingContent(Samples.newContent(), 1, 64, 4, 1 << 20);
    private final UploadLease lease = new UploadLease(catalog, FileMeters.NOOP, ticker, LEASE, BEAT, pending);
    private final AtomicBoolean workCancelled = new AtomicBoolean();
    private @Nullable UniEmitter<? super String> work;
    private final UniAssertSubscriber<String> upload = lease.during(
                    Uni.createFrom().<String>emitter(emitter -> {
                        work = emitter;
                        emitter.onTermination(() -> workCancelled.set(true));
                    }))
            .subscribe()
            .withSubscriber(UniAssertSubscriber.create());

    @Test
    void renewsWithEveryBeatThoughNothingArrives() {
        ticker.pass(BEAT.minus(MOMENT));
        assertThat(catalog.limits()).isEmpty();

        ticker.pass(MOMENT);
        assertThat(catalog.limits()).containsExactly(4);

        ticker.pass(BEAT.multipliedBy(100));
        assertThat(catalog.limits()).hasSize(101).containsOnly(4);
        upload.assertNotTerminated();
    }

    @Test
    void doesNotAskTheCatalogForChunksThatAreCovered() {
        cover(0).assertCompleted();
        cover(3).assertCompleted();

        assertThat(catalog.limits()).isEmpty();
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
    void countsTheNextBeatFromARenewalByAChunk() {
        // Given
        ticker.pass(BEAT.minus(MOMENT));
        cover(4);

        // When
        ticker.pass(BEAT.minus(MOMENT));

        // Then
        assertThat(catalog.limits()).containsExactly(10);
        ticker.pass(MOMENT);
        assertThat(catalog.limits()).containsExactly(10, 10);
    }

    @Test
    void stopsTheUploadAtOnceWhenTheRowWasTakenAway() {
        catalog.answer(Uni.createFrom().item(false));

        ticker.pass(BEAT);

        assertFails(upload, ErrorCode.UPLOAD_LOST);
        assertThat(workCancelled).isTrue();
        assertThat(ticker.waiting()).isZero();
    }

    @Test
    void writesNoUncoveredChunkOnceTheRowWasTakenAway() {
        catalog.answer(Uni.createFrom().item(false));

        assertFails(cover(4), ErrorCode.UPLOAD_LOST);
    }

    @Test
    void goesOnWithoutTheCatalogUntilHalfOfTheLeaseHasPassed() {
        // Given
        catalog.answer(away());

        // When
        ticker.pass(LEASE.dividedBy(2).minus(MOMENT));

        // Then
        cover(1).assertCompleted();
        upload.assertNotTerminated();
        assertThat(catalog.limits().size())
                .as("asked more often while it is away")
                .isBetween(10, 20);
        ticker.pass(MOMENT);
        assertFails(upload, ErrorCode.STORE_UNAVAILABLE);
        assertThat(workCancelled).isTrue();
        assertThat(ticker.waiting()).isZero();
    }

    @Test
    void callsAnyFailureOfTheCatalogThatLastsAStoreThatIsAway() {
        catalog.answer(Uni.createFrom().failure(() -> new UnknownOutcomeException("x", new IllegalStateException())));

        ticker.pass(LEASE);

        assertFails(upload, ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void countsTheLeaseFromWhenItWasAskedFor() {
        // Given
        List<UniEmitter<? super Boolean>> calls = new ArrayList<>();
        catalog.answer(Uni.createFrom().emitter(calls::add));
        ticker.pass(BEAT);
        ticker.pass(BEAT.minus(MOMENT));

        // When
        calls.get(0).complete(true);

        // Then
        assertThat(calls).hasSize(1);
        ticker.pass(MOMENT);
        assertThat(calls).hasSize(2);
    }

    @Test
    void goesBackToItsBeatWhenTheCatalogIsBack() {
        // Given
        catalog.answer(away());
        ticker.pass(BEAT);
        catalog.answer(Uni.createFrom().item(true));
        ticker.pass(BEAT.dividedBy(8));
        int before = catalog.limits().size();

        // When
        ticker.pass(BEAT.multipliedBy(10));

        // Then
        assertThat(catalog.limits()).hasSize(before + 10);
        upload.assertNotTerminated();
    }

    @Test
    void writesNoUncoveredChunkWithoutTheCatalog() {
        catalog.answer(away());

        assertFails(cover(4), ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void asksBeforeItWritesOnAfterItWasStopped() {
        ticker.jump(LEASE.dividedBy(2).minus(MOMENT));
        cover(0).assertCompleted();
        assertThat(catalog.limits()).isEmpty();
        ticker.jump(MOMENT);
        catalog.answer(Uni.createFrom().item(false));

        assertFails(cover(1), ErrorCode.UPLOAD_LOST);

        assertThat(catalog.limits()).containsExactly(4);
    }

    @Test
    void neverAsksTheCatalogTwoThingsAtOnce() {
        // Given
        List<UniEmitter<? super Boolean>> calls = new ArrayList<>();
        catalog.answer(Uni.createFrom().emitter(calls::add));
        ticker.pass(BEAT);
        UniAssertSubscriber<Void> chunk = cover(4);
        assertThat(catalog.limits()).containsExactly(4);

        // When
        calls.get(0).complete(true);

        // Then
        assertThat(catalog.limits()).containsExactly(4, 10);
        chunk.assertNotTerminated();
        ticker.pass(BEAT);
        assertThat(catalog.limits()).as("the beat waits for the chunk").containsExactly(4, 10);
        calls.get(1).complete(true);
        chunk.assertCompleted();
        assertThat(catalog.limits()).as("the chunk's took a whole beat").containsExactly(4, 10, 10);
    }

    @Test
    void endsItsBeatsWithTheWork() {
        Objects.requireNonNull(work).complete("done");

        upload.assertCompleted().assertItem("done");
        assertSilent();
    }

    @Test
    void endsItsBeatsWhenTheWorkFails() {
        Objects.requireNonNull(work).fail(new IllegalStateException("seeded"));

        upload.assertFailedWith(IllegalStateException.class, "seeded");
        assertSilent();
    }

    @Test
    void endsItsBeatsWhenTheUploadIsCancelled() {
        upload.cancel();

        assertThat(workCancelled).isTrue();
        assertSilent();
    }

    @Test
    void leavesTheWorkAloneWhenACallIsUnderWayAtItsEnd() {
        catalog.answer(Uni.createFrom().nothing());
        ticker.pass(BEAT);

        Objects.requireNonNull(work).complete("done");

        upload.assertCompleted();
        assertThat(ticker.waiting()).isZero();
    }

    private void assertSilent() {
        assertThat(ticker.waiting()).isZero();
        ticker.pass(BEAT.multipliedBy(3));
        assertThat(catalog.limits()).isEmpty();
    }

    private UniAssertSubscriber<Void> cover(int chunk) {
        return lease.cover(chunk).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static void assertFails(UniAssertSubscriber<?> uni, ErrorCode code) {
        uni.assertFailed();
        assertThat(uni.getFailure())
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private static Uni<Boolean> away() {
        return Uni.createFrom().failure(() -> new ServiceException(ErrorCode.STORE_UNAVAILABLE, "away"));
    }
}
