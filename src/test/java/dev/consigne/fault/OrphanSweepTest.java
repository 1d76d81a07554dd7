package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import dev.consigne.file.ContentMeter;
import dev.consigne.file.FileName;
import dev.consigne.file.Manifest;
import dev.consigne.file.MediaType;
import dev.consigne.file.ProtocolStep;
import dev.consigne.job.Announced;
import dev.consigne.job.CheckCatalog;
import dev.consigne.job.ChunkInventory;
import dev.consigne.job.FindingKind;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What MongoDB names and the catalog does not: seen twice, the grace apart, before anything is done, and then by the row. */
@QuarkusTest
class OrphanSweepTest extends WithJobs {
    private static final int PAGE = 500;
    private static final long RUN = 1_000_000;
    private static final Duration GRACE = Duration.ofDays(7);
    private static final Duration GRACE_OVER = GRACE.plusMinutes(1);

    @Inject
    ChunkInventory inventory;

    @Inject
    CheckCatalog catalog;

    /** What other tests left would count as orphans here. */
    @BeforeEach
    @AfterEach
    void forgetStrangers() {
        rows.change("DELETE FROM orphan_candidate");
        List<Announced> page = await(inventory.announced(Optional.empty(), PAGE));
        while (!page.isEmpty()) {
            List<ContentId> ids = page.stream().map(Announced::contentId).toList();
            Set<ContentId> known = await(catalog.states(ids)).keySet();
            ids.stream().filter(id -> !known.contains(id)).forEach(id -> await(chunks.forget(id)));
            page = await(inventory.announced(Optional.of(ids.get(ids.size() - 1)), PAGE));
        }
    }

    @Test
    void removesAnOrphanSeenTwiceTheGraceApartThroughTheCollector() {
        // Given
        ContentId orphan = orphan();
        assertThat(kinds(run(JobName.ORPHANS, JobOrder.REPAIR), orphan)).containsExactly(FindingKind.ORPHAN);
        assertState(orphan, "none");
        forward(GRACE_OVER);

        // When
        run(JobName.ORPHANS, JobOrder.REPAIR);

        // Then
        assertState(orphan, "PENDING");
        assertThat(rows.content(orphan).orElseThrow().getInteger("fence")).isEqualTo(2);
        assertChunks(orphan, 4);
        collect(GRACE_OVER);
        assertState(orphan, "ABORTING");
        collect(GRACE_OVER.plus(QUARANTINE_OVER));
        collect(GRACE_OVER.plus(QUARANTINE_OVER).plus(LAST_SWEEP_DUE));
        assertState(orphan, "none");
        assertRemoved(orphan);
    }

    @Test
    void doesNothingBeforeTheGraceHoweverOftenItSeesIt() {
        ContentId orphan = orphan();

        run(JobName.ORPHANS, JobOrder.REPAIR);
        forward(Duration.ofDays(6));
        run(JobName.ORPHANS, JobOrder.REPAIR);
        run(JobName.ORPHANS, JobOrder.REPAIR);

        assertState(orphan, "none");
        assertChunks(orphan, 4);
    }

    @Test
    void doesNothingAfterOneSightingHoweverOldItIs() {
        ContentId orphan = orphan();
        forward(GRACE_OVER);

        run(JobName.ORPHANS, JobOrder.REPAIR);

        assertState(orphan, "none");
    }

    /** Who dies in it leaves it to another, however much later, and the batch it died in is looked at again. */
    @Test
    void countsARunThatLastsLongerThanTheGraceAsOneSighting() {
        // Given
        ContentId orphan = orphan();
        await(catalog.sighted(List.of(orphan), RUN));

        // When
        forward(GRACE_OVER);
        await(catalog.sighted(List.of(orphan), RUN));

        // Then
        assertThat(await(catalog.countConfirmedOrphans(RUN, GRACE))).isZero();
        assertThat(await(catalog.confirmedOrphans(RUN, GRACE, Optional.empty(), PAGE)))
                .isEmpty();
        await(catalog.sighted(List.of(orphan), RUN + 1));
        assertThat(await(catalog.confirmedOrphans(RUN + 1, GRACE, Optional.empty(), PAGE)))
                .containsExactly(orphan);
    }

    @Test
    void onlyReportsUnlessItIsToldToRemove() {
        ContentId orphan = orphan();
        run(JobName.ORPHANS, JobOrder.REPORT);
        forward(GRACE_OVER);

        assertThat(kinds(run(JobName.ORPHANS, JobOrder.REPORT), orphan)).containsExactly(FindingKind.ORPHAN);

        assertState(orphan, "none");
        assertChunks(orphan, 4);
    }

    @Test
    void countsAgainFromTheBeginningWhenOneRunDidNotSeeIt() {
        // Given
        ContentId orphan = orphan();
        run(JobName.ORPHANS, JobOrder.REPAIR);
        await(chunks.forget(orphan));
        run(JobName.ORPHANS, JobOrder.REPAIR);
        await(chunks.announce(orphan, 4));
        forward(GRACE_OVER);

        // When
        run(JobName.ORPHANS, JobOrder.REPAIR);

        // Then
        assertState(orphan, "none");
    }

    /** What is complete may be somebody's file whose row was lost. */
    @Test
    void neverRemovesACompleteContentHoweverOftenItSeesIt() {
        // Given
        ContentId complete = Samples.newContent();
        Samples.chunks(complete, bytes, CHUNK).forEach(chunk -> await(chunks.write(chunk)));
        ContentMeter meter = new ContentMeter(bytes.length);
        meter.pass(ByteBuffer.wrap(bytes));
        await(chunks.seal(
                new Manifest(meter.total(complete, CHUNK), bucket, new FileName("lost"), new MediaType("text/plain"))));

        // When
        run(JobName.ORPHANS, JobOrder.REPAIR);
        forward(GRACE_OVER);
        run(JobName.ORPHANS, JobOrder.REPAIR);
        forward(GRACE_OVER.multipliedBy(2));
        var found = run(JobName.ORPHANS, JobOrder.REPAIR);

        // Then
        assertThat(kinds(found, complete)).containsExactly(FindingKind.ADOPTABLE);
        assertState(complete, "none");
        assertChunks(complete, 4);
    }

    @Test
    void neverTakesAnUploadThatRunsForAnOrphan() {
        // Given
        CompletableFuture<ContentId> announced =
                probe.at(ProtocolStep.CHUNKS_WRITTEN, Uni.createFrom().nothing());
        Cancellable upload = store("running", bytes).subscribe().with(stored -> {}, failure -> {});
        ContentId running = reached(announced);

        // When
        var first = run(JobName.ORPHANS, JobOrder.REPAIR);
        forward(GRACE_OVER);
        var second = run(JobName.ORPHANS, JobOrder.REPAIR);

        // Then
        assertThat(kinds(first, running)).isEmpty();
        assertThat(kinds(second, running)).isEmpty();
        assertChunks(running, 4);
        upload.cancel();
    }

    /** The wrong catalog would make an orphan of everything. */
    @Test
    void stopsWhenTooManyWouldBeOrphans() {
        // Given
        for (int number = 0; number < 110; number++) {
            await(chunks.announce(Samples.newContent(), 1));
        }
        ContentId orphan = orphan();
        run(JobName.ORPHANS, JobOrder.REPAIR);
        forward(GRACE_OVER);

        // When
        var end = end(JobName.ORPHANS, JobOrder.REPAIR);

        // Then
        assertThat(end).isEqualTo(JobEnd.HELD);
        assertState(orphan, "none");
        assertThat(await(log.statuses()))
                .filteredOn(status -> status.name() == JobName.ORPHANS)
                .singleElement()
                .satisfies(status -> assertThat(status.message()).contains("Is this the right catalog?"));
    }

    /** A clock that jumps makes the old of the new; one run waits until somebody could have noticed. */
    @Test
    void leavesOutTheRunInWhichTheClockJumped() {
        clock.ahead(Duration.ofMinutes(11));

        assertThat(end(JobName.ORPHANS, JobOrder.REPAIR)).isEqualTo(JobEnd.HELD);
        assertThat(end(JobName.ORPHANS, JobOrder.REPAIR)).isEqualTo(JobEnd.DONE);
    }

    private ContentId orphan() {
        ContentId id = Samples.newContent();
        await(chunks.announce(id, 4));
        Samples.chunks(id, bytes, CHUNK).forEach(chunk -> await(chunks.write(chunk)));
        return id;
    }
}
