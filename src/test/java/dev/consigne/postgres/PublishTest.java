package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.MediaType;
import dev.consigne.file.PendingContent;
import dev.consigne.file.PublishOutcome;
import dev.consigne.file.Slice;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The commit point, and reading back what became of it. */
@QuarkusTest
class PublishTest extends WithCatalog {
    @Test
    void makesTheContentLiveAndTheNamePointToIt() {
        // Given
        PendingContent pending = begin("dir/é.txt");
        StoredContent content = content(pending, 100_000);
        UploadCommand command = new UploadCommand(
                bucket, new FileName("dir/é.txt"), new MediaType("text/plain; charset=utf-8"), OptionalLong.empty());

        // When
        FileRecord file = await(catalog.publish(pending, content, command, Samples.newFile(), RETENTION));

        // Then
        assertThat(file.generation()).isEqualTo(1);
        assertThat(file.content()).isEqualTo(content);
        assertThat(file.createdAt()).isEqualTo(file.updatedAt());
        assertThat(await(catalog.find(bucket, command.name()))).contains(file);
        assertThat(await(catalog.find(file.id()))).contains(file);
        Row row = rows.content(pending.contentId()).orElseThrow();
        assertThat(row.getString("state")).isEqualTo("LIVE");
        assertThat(row.getOffsetDateTime("lease_until")).isNull();
        assertThat(row.getInteger("chunk_count")).isEqualTo(2);
        assertThat(rows.events(pending.contentId())).containsExactly("file.stored");
    }

    @Test
    void replacesWhatTheNameMeantBefore() {
        // Given
        FileRecord old = stored("a");

        // When
        FileRecord replacement = stored("a");

        // Then
        assertThat(replacement.id()).isEqualTo(old.id());
        assertThat(replacement.generation()).isEqualTo(2);
        assertThat(replacement.createdAt()).isEqualTo(old.createdAt());
        assertThat(replacement.updatedAt()).isAfter(old.updatedAt());
        assertThat(await(catalog.find(old.id()))).contains(replacement);
        Row row = rows.content(old.content().contentId()).orElseThrow();
        assertThat(row.getString("state")).isEqualTo("TOMBSTONED");
        assertThat(Duration.between(row.getOffsetDateTime("tombstoned_at"), row.getOffsetDateTime("purge_after")))
                .isEqualTo(RETENTION);
    }

    @Test
    void refusesAnUploadWhoseRowWasRemovedLongAfterItsLease() {
        FileRecord old = stored("taken");
        for (String name : List.of("free", "taken")) {
            PendingContent pending = begin(name);
            rows.repair("DELETE FROM content WHERE id = $1", pending.contentId().value());

            assertFails(() -> await(publishing(pending, name)), ErrorCode.UPLOAD_LOST);
        }
        assertThat(await(catalog.find(old.id()))).contains(old);
    }

    @Test
    void healsADamagedFileByReplacingIt() {
        // Given
        FileRecord old = stored("a");
        assertThat(await(catalog.markDamaged(old.content().contentId(), "chunk 3 is missing")))
                .isTrue();
        assertThat(await(catalog.find(old.id())).orElseThrow().damaged()).isTrue();

        // When
        stored("a");

        // Then
        assertThat(await(catalog.find(old.id())).orElseThrow().damaged()).isFalse();
        Row row = rows.content(old.content().contentId()).orElseThrow();
        assertThat(row.getString("state")).isEqualTo("TOMBSTONED");
        assertThat(row.getJsonObject("damage").getString("finding")).isEqualTo("chunk 3 is missing");
    }

    @Test
    void marksNothingDamagedThatIsNotLive() {
        PendingContent pending = begin("a");

        assertThat(await(catalog.markDamaged(pending.contentId(), "x"))).isFalse();
        assertThat(await(catalog.markDamaged(Samples.newContent(), "x"))).isFalse();
        assertState(pending, "PENDING");
    }

    @Test
    void losesToWhoeverTookTheRowAway() {
        // Given
        FileRecord current = stored("a");
        PendingContent pending = begin("a");
        await(catalog.abandon(pending));

        // When
        assertFails(() -> await(publishing(pending, "a")), ErrorCode.UPLOAD_LOST);

        // Then
        assertThat(await(catalog.find(bucket, new FileName("a")))).contains(current);
        assertThat(rows.state(current.content().contentId())).isEqualTo("LIVE");
        assertThat(rows.events(pending.contentId())).isEmpty();
        assertState(pending, "ABORTING");
    }

    @Test
    void losesWithAStaleFence() {
        PendingContent pending = begin("new");
        rows.change(
                "UPDATE content SET fence = 2 WHERE id = $1",
                pending.contentId().value());

        assertFails(() -> await(publishing(pending, "new")), ErrorCode.UPLOAD_LOST);

        assertThat(await(catalog.find(bucket, new FileName("new")))).isEmpty();
    }

    @Test
    void publishesOnceHoweverOftenItIsAsked() {
        // Given
        PendingContent pending = begin("a");
        FileRecord file = await(publishing(pending, "a"));

        // When
        assertFails(() -> await(publishing(pending, "a")), ErrorCode.UPLOAD_LOST);

        // Then
        assertState(pending, "LIVE");
        assertThat(await(catalog.find(file.id()))).contains(file);
        assertThat(rows.events(pending.contentId())).hasSize(1);
    }

    @Test
    void failsIfTheBucketWasDeletedMeanwhile() {
        PendingContent pending = begin("a");
        await(buckets.delete(bucket));

        assertFails(() -> await(publishing(pending, "a")), ErrorCode.BUCKET_NOT_FOUND);

        assertState(pending, "PENDING");
    }

    @Test
    void readsBackWhatWasPublished() {
        PendingContent pending = begin("a");
        FileRecord file = await(publishing(pending, "a"));

        assertThat(outcome(pending)).isEqualTo(new PublishOutcome.Published(file));
    }

    @Test
    void readsBackWhatWasPublishedAndReplacedSince() {
        PendingContent pending = begin("a");
        FileRecord first = await(publishing(pending, "a"));
        stored("a");

        assertThat(outcome(pending)).isEqualTo(new PublishOutcome.Published(first));
    }

    @Test
    void readsBackWhatWasPublishedAndDeletedSince() {
        PendingContent pending = begin("a");
        FileRecord file = await(publishing(pending, "a"));
        await(catalog.delete(file, RETENTION));

        assertThat(outcome(pending)).isInstanceOfSatisfying(PublishOutcome.Published.class, published -> {
            assertThat(published.file().id()).isEqualTo(file.id());
            assertThat(published.file().content()).isEqualTo(file.content());
        });
    }

    @Test
    void readsBackThatNothingHappenedYet() {
        PendingContent pending = begin("a");

        assertThat(outcome(pending)).isEqualTo(new PublishOutcome.Pending());
    }

    @Test
    void readsBackThatTheUploadIsLost() {
        PendingContent abandoned = begin("a");
        await(catalog.abandon(abandoned));
        PendingContent dropped = begin("a");
        rows.repair("DELETE FROM content WHERE id = $1", dropped.contentId().value());
        PendingContent fenced = begin("a");
        rows.change(
                "UPDATE content SET fence = 2 WHERE id = $1", fenced.contentId().value());

        assertThat(outcome(abandoned)).isEqualTo(new PublishOutcome.Lost());
        assertThat(outcome(dropped)).isEqualTo(new PublishOutcome.Lost());
        assertThat(outcome(fenced)).isEqualTo(new PublishOutcome.Lost());
    }

    @Test
    void publishesAnEmptyContent() {
        PendingContent pending = begin("empty");

        FileRecord file = await(catalog.publish(
                pending, content(pending, 0), Samples.upload(bucket, "empty"), Samples.newFile(), RETENTION));

        assertThat(file.length()).isZero();
        assertThat(new Slice(0, file.length()).end()).isZero();
        assertThat(await(catalog.find(file.id()))).contains(file);
    }

    private PublishOutcome outcome(PendingContent pending) {
        return await(catalog.outcome(pending, Samples.upload(bucket, "a")));
    }
}
