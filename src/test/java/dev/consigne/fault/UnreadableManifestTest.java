package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import dev.consigne.file.ProtocolStep;
import dev.consigne.job.FindingKind;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.testing.Samples;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

/** A manifest that nobody understands is a finding; it neither stops a job nor makes garbage of a content. */
@QuarkusTest
class UnreadableManifestTest extends WithJobs {
    private static final BsonValue NO_NUMBER = new BsonString("many");

    @Test
    void isFoundAndWrittenAnew() {
        // Given
        ContentId id = await(store("a", bytes)).content().contentId();
        set(id, "length", NO_NUMBER);

        // Then
        assertThat(kinds(run(JobName.CHECK, JobOrder.REPORT), id)).containsExactly(FindingKind.MISMATCHED_MANIFEST);
        assertThat(kinds(run(JobName.FSCK, DEEP), id)).containsExactly(FindingKind.MISMATCHED_MANIFEST);
        assertThat(rows.state(id)).isEqualTo("LIVE");
        run(JobName.FSCK, DEEP_REPAIR);
        assertThat(kinds(run(JobName.FSCK, DEEP), id)).isEmpty();
        assertBytes("a", bytes);
    }

    @Test
    void isOneWhoseTextIsNoName() {
        ContentId id = await(store("a", bytes)).content().contentId();
        set(id, "bucket", new BsonString("No Bucket"));

        assertThat(kinds(run(JobName.CHECK, JobOrder.REPORT), id)).containsExactly(FindingKind.MISMATCHED_MANIFEST);

        deleteManifest(id);
    }

    @Test
    void isNoneIfOnlyItsNumbersAreSmaller() {
        ContentId id = await(store("a", bytes)).content().contentId();
        set(id, "length", new BsonInt32(bytes.length));

        assertThat(kinds(run(JobName.FSCK, DEEP), id)).isEmpty();
    }

    @Test
    void keepsAnUploadThatLostItsLeaseForASuspect() {
        // Given
        CompletableFuture<ContentId> sealed =
                probe.at(ProtocolStep.SEALED, Uni.createFrom().nothing());
        Cancellable upload = store("suspect", bytes).subscribe().with(stored -> {}, failure -> {});
        ContentId suspect = reached(sealed);
        set(suspect, "length", NO_NUMBER);

        // When
        collect(LEASE_LAPSED);

        // Then
        assertState(suspect, "SUSPECT");
        assertChunks(suspect, 4);
        assertThat(kinds(run(JobName.FSCK, JobOrder.REPORT), suspect)).containsExactly(FindingKind.MISMATCHED_MANIFEST);
        upload.cancel();
        deleteManifest(suspect);
    }

    @Test
    void isNoOrphan() {
        // Given
        ContentId rowless = Samples.newContent();
        await(chunks.announce(rowless, 1));
        set(rowless, "length", NO_NUMBER);

        // When
        for (int i = 0; i < 2; i++) {
            run(JobName.ORPHANS, JobOrder.REPORT);
            forward(Duration.ofDays(8));
        }

        // Then
        assertThat(kinds(findings(JobName.ORPHANS), rowless)).containsExactly(FindingKind.MISMATCHED_MANIFEST);
        assertThat(rows.count("SELECT count(*) FROM orphan_candidate WHERE content_id = $1", rowless.value()))
                .isZero();
        run(JobName.ADOPT, JobOrder.REPAIR);
        assertState(rowless, "none");
        deleteManifest(rowless);
    }

    private void set(ContentId id, String field, BsonValue value) {
        ReactiveMongoCollection<BsonDocument> manifests =
                mongo.getDatabase("consigne").getCollection("manifests", BsonDocument.class);
        BsonDocument byId = new BsonDocument("_id", new BsonString(id.toString()));
        BsonDocument manifest = await(manifests.find(byId).toUni());
        assertThat(await(manifests.replaceOne(byId, manifest.append(field, value)))
                        .getMatchedCount())
                .isOne();
    }
}
