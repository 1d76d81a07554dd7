package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.BucketName;
import dev.consigne.file.Chunk;
import dev.consigne.file.ContentId;
import dev.consigne.file.ContentLayout;
import dev.consigne.file.ContentMeter;
import dev.consigne.file.FileName;
import dev.consigne.file.Manifest;
import dev.consigne.file.MediaType;
import dev.consigne.file.ProtocolStep;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRunner;
import dev.consigne.testing.Samples;
import dev.consigne.testing.StoredChunks;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Complete contents whose rows are gone become files again: those that are whole and whose name is free. */
@QuarkusTest
class AdoptionTest extends WithStores {
    @Inject
    JobRunner runner;

    @Inject
    JobLog log;

    @Inject
    ReactiveMongoClient mongo;

    @Test
    void onlyTellsWhatItWouldAdoptUntilItIsToldTo() {
        ContentId lost = rowless(bucket, "lost", bytes);

        assertFinding(run(JobOrder.REPORT), lost, FindingKind.ADOPTABLE, "whole; with repair");

        assertState(lost, "none");
        assertAbsent("lost");
    }

    @Test
    void makesAFileOfAContentThatLostItsRow() {
        // Given
        ContentId lost = rowless(bucket, "lost", bytes);

        // When
        List<Finding> found = run(JobOrder.REPAIR);

        // Then
        assertFinding(found, lost, FindingKind.ADOPTED, "is a file now");
        assertBytes("lost", bytes);
        assertState(lost, "LIVE");
        assertThat(rows.events(lost)).containsExactly("file.stored");
        assertThat(run(JobOrder.REPAIR))
                .noneMatch(finding -> finding.contentId().equals(lost));
    }

    @Test
    void makesAFileOfASuspect() {
        // Given
        CompletableFuture<ContentId> sealed =
                probe.at(ProtocolStep.SEALED, Uni.createFrom().nothing());
        Cancellable upload = store("suspect", bytes).subscribe().with(stored -> {}, failure -> {});
        ContentId suspect = reached(sealed);
        collect(LEASE_LAPSED);
        assertState(suspect, "SUSPECT");

        // When
        run(JobOrder.REPAIR);

        // Then
        assertState(suspect, "LIVE");
        assertBytes("suspect", bytes);
        upload.cancel();
    }

    @Test
    void leavesAContentWhoseNameIsTaken() {
        ContentId lost = rowless(bucket, "live", bytes);

        assertFinding(run(JobOrder.REPAIR), lost, FindingKind.ADOPTABLE, "another file has its name");

        collect(RETENTION_OVER);
        assertState(lost, "none");
        assertChunks(lost, 4);
        assertBytes("live", liveBytes);
    }

    @Test
    void choosesNoneOfTwoThatClaimOneName() {
        // Given
        ContentId first = rowless(bucket, "twice", liveBytes);
        ContentId second = rowless(bucket, "twice", bytes);

        // When
        List<Finding> found = run(JobOrder.REPAIR);

        // Then
        assertFinding(found, first, FindingKind.ADOPTABLE, "other contents claim its name");
        assertFinding(found, second, FindingKind.ADOPTABLE, "other contents claim its name");
        assertAbsent("twice");
        collect(RETENTION_OVER);
        assertChunks(first, 3);
        assertChunks(second, 4);
    }

    @Test
    void choosesNotWhatIsWholeOverWhatIsTorn() {
        // Given
        ContentId first = rowless(bucket, "twice", liveBytes);
        ContentId torn = rowless(bucket, "twice", bytes);
        new StoredChunks(mongo).delete(torn.value(), 1);

        // When
        List<Finding> found = run(JobOrder.REPAIR);

        // Then
        assertFinding(found, first, FindingKind.ADOPTABLE, "other contents claim its name");
        assertFinding(found, torn, FindingKind.ADOPTABLE, "not whole, not adopted");
        assertAbsent("twice");
    }

    @Test
    void adoptsTheOneThatIsLeftAfterAnOperatorPassedTheOtherOver() {
        // Given
        ContentId first = rowless(bucket, "twice", liveBytes);
        ContentId second = rowless(bucket, "twice", bytes);
        run(JobOrder.REPORT);
        rows.change("UPDATE adoption_claim SET unwanted = true WHERE content_id = $1", first.value());

        // When
        List<Finding> found = run(JobOrder.REPAIR);

        // Then
        assertFinding(found, first, FindingKind.SUSPECT, "removed after its retention");
        assertFinding(found, second, FindingKind.ADOPTED, "is a file now");
        assertBytes("twice", bytes);
        assertState(first, "SUSPECT");
        collect(RETENTION_OVER);
        assertRemoved(first);
        assertBytes("twice", bytes);
    }

    /** As PostgreSQL put back to before a publish leaves it; the collector, which would notice, is off in a restore. */
    @Test
    void makesAFileOfAnUploadWhoseLeaseLapsed() {
        // Given
        CompletableFuture<ContentId> sealed =
                probe.at(ProtocolStep.SEALED, Uni.createFrom().nothing());
        Cancellable upload = store("running", bytes).subscribe().with(stored -> {}, failure -> {});
        ContentId running = reached(sealed);
        assertThat(run(JobOrder.REPAIR))
                .noneMatch(finding -> finding.contentId().equals(running));
        assertThat(run(JobName.FSCK, JobOrder.REPORT))
                .noneMatch(finding -> finding.contentId().equals(running));

        // When
        clock.ahead(LEASE_LAPSED);

        // Then
        assertFinding(run(JobName.FSCK, JobOrder.REPORT), running, FindingKind.SUSPECT, "never published");
        assertState(running, "PENDING");
        assertFinding(run(JobOrder.REPAIR), running, FindingKind.ADOPTED, "is a file now");
        assertState(running, "LIVE");
        assertBytes("running", bytes);
        upload.cancel();
    }

    @Test
    void takesARunningUploadForAClaimant() {
        // Given
        CompletableFuture<ContentId> sealed =
                probe.at(ProtocolStep.SEALED, Uni.createFrom().nothing());
        Cancellable upload = store("running", bytes).subscribe().with(stored -> {}, failure -> {});
        reached(sealed);
        ContentId lost = rowless(bucket, "running", liveBytes);

        // When
        List<Finding> found = run(JobOrder.REPAIR);

        // Then
        assertFinding(found, lost, FindingKind.ADOPTABLE, "other contents claim its name");
        assertAbsent("running");
        upload.cancel();
    }

    @Test
    void leavesAContentWhoseBucketIsGone() {
        ContentId lost = rowless(Samples.newBucket(), "lost", bytes);

        assertFinding(run(JobOrder.REPAIR), lost, FindingKind.ADOPTABLE, "its bucket is gone");

        assertState(lost, "none");
    }

    @Test
    void adoptsNothingThatIsNotWhole() {
        // Given
        ContentId torn = rowless(bucket, "torn", bytes);
        new StoredChunks(mongo).delete(torn.value(), 1);
        ContentId flipped = rowless(bucket, "flipped", bytes);
        new StoredChunks(mongo).flipBit(flipped.value(), 0);

        // When
        List<Finding> found = run(JobOrder.REPAIR);

        // Then
        assertFinding(found, torn, FindingKind.ADOPTABLE, "not whole, not adopted: chunks missing: 1 (1)");
        assertFinding(found, flipped, FindingKind.ADOPTABLE, "not whole, not adopted: chunks not as written: 1 (0)");
        assertState(torn, "none");
        assertAbsent("torn");
        assertAbsent("flipped");
    }

    private List<Finding> run(JobOrder order) {
        return run(JobName.ADOPT, order);
    }

    private List<Finding> run(JobName name, JobOrder order) {
        assertThat(await(runner.run(name, order, Duration.ZERO))).contains(JobEnd.DONE);
        return await(log.findings(name, 0, 1000)).stream()
                .map(JobLog.Numbered::finding)
                .toList();
    }

    private static void assertFinding(List<Finding> found, ContentId id, FindingKind kind, String detail) {
        assertThat(found)
                .filteredOn(finding -> finding.contentId().equals(id))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(kind);
                    assertThat(finding.detail()).contains(detail);
                });
    }

    /** As PostgreSQL put back to before the upload leaves it. */
    private ContentId rowless(BucketName place, String name, byte[] content) {
        ContentId id = Samples.newContent();
        List<Chunk> all = Samples.chunks(id, content, CHUNK);
        await(chunks.announce(id, new ContentLayout(content.length, CHUNK).chunkCount()));
        all.forEach(chunk -> await(chunks.write(chunk)));
        ContentMeter meter = new ContentMeter(content.length);
        meter.pass(ByteBuffer.wrap(content));
        await(chunks.seal(
                new Manifest(meter.total(id, CHUNK), place, new FileName(name), new MediaType("text/plain"))));
        return id;
    }
}
