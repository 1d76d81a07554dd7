package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.error.ErrorCode;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.MediaType;
import dev.consigne.file.PendingContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The row of an upload before it is published: begin, renew, abandon. */
@QuarkusTest
class PendingUploadTest extends WithCatalog {
    @Test
    void writesTheIntentWithItsLease() {
        PendingContent pending = begin("a");

        Row row = rows.content(pending.contentId()).orElseThrow();
        assertThat(row.getString("state")).isEqualTo("PENDING");
        assertThat(row.getInteger("fence")).isEqualTo(pending.fence()).isEqualTo(1);
        assertThat(row.getInteger("chunk_size")).isEqualTo(CHUNK);
        assertThat(row.getInteger("chunk_limit"))
                .isEqualTo(pending.chunkLimit())
                .isEqualTo(16);
        assertThat(row.getString("owner")).contains("@");
        assertThat(Duration.between(row.getOffsetDateTime("created_at"), leaseUntil(pending)))
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(await(catalog.find(bucket, new FileName("a")))).isEmpty();
    }

    @Test
    void refusesAnUploadToNoBucketAndWritesNothing() {
        ContentId contentId = Samples.newContent();
        UploadCommand command = Samples.upload(Samples.newBucket(), "a");

        assertFails(() -> await(catalog.begin(command, contentId, CHUNK, 1, 100)), ErrorCode.BUCKET_NOT_FOUND);

        assertThat(rows.content(contentId)).isEmpty();
    }

    @Test
    void refusesADeclaredLengthOverTheServicesLimit() {
        assertTooLarge(declared(101), 100);

        assertThat(begin(declared(100), 100).maxLength()).isEqualTo(100);
    }

    @Test
    void refusesADeclaredLengthOverTheBucketsLimit() {
        await(buckets.put(bucket, OptionalLong.of(50)));

        assertTooLarge(declared(51), 1000);

        PendingContent pending = begin(declared(50), 1000);
        assertThat(pending.maxLength()).as("the lower of the two").isEqualTo(50);
    }

    @Test
    void tellsAnUploadOfUnknownLengthItsLimit() {
        await(buckets.put(bucket, OptionalLong.of(50)));

        assertThat(begin("a").maxLength()).isEqualTo(50);
    }

    @Test
    void takesALimitOfTheBucketThatIsHigherThanTheServicesForNothing() {
        await(buckets.put(bucket, OptionalLong.of(5000)));

        assertTooLarge(declared(1001), 1000);
    }

    @Test
    void renewsTheLeaseByTheCatalogsClockAndRaisesTheChunkLimit() {
        // Given
        PendingContent pending = begin("a");
        OffsetDateTime before = leaseUntil(pending);
        clock.ahead(Duration.ofMinutes(9));

        // When
        boolean kept = await(catalog.renew(pending, 64));

        // Then
        assertThat(kept).isTrue();
        assertThat(Duration.between(before, leaseUntil(pending)))
                .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
        assertThat(chunkLimit(pending)).isEqualTo(64);
    }

    @Test
    void neverLowersTheChunkLimit() {
        PendingContent pending = begin("a");

        assertThat(await(catalog.renew(pending, 3))).isTrue();

        assertThat(chunkLimit(pending))
                .as("chunks with higher numbers may exist")
                .isEqualTo(16);
    }

    @Test
    void renewsALapsedLeaseThatNobodyTookAway() {
        PendingContent pending = begin("a");
        clock.ahead(Duration.ofMinutes(30));

        assertThat(await(catalog.renew(pending, 16))).isTrue();
    }

    @Test
    void doesNotRenewWhatWasTakenAway() {
        // Given
        PendingContent pending = begin("a");
        await(catalog.abandon(pending));
        OffsetDateTime before = leaseUntil(pending);

        // When
        boolean kept = await(catalog.renew(pending, 99));

        // Then
        assertThat(kept).isFalse();
        assertThat(leaseUntil(pending)).isEqualTo(before);
        assertThat(chunkLimit(pending)).isEqualTo(16);
    }

    @Test
    void givesAnUploadADayToRunByTheCatalogsClock() {
        clock.ahead(Duration.ofDays(3));

        Row row = rows.content(begin("a").contentId()).orElseThrow();

        assertThat(Duration.between(row.getOffsetDateTime("created_at"), row.getOffsetDateTime("deadline_at")))
                .isEqualTo(Duration.ofHours(24));
    }

    @Test
    void renewsTheLeaseNoFurtherThanTheUploadMayRun() {
        // Given
        PendingContent pending = begin("a");
        OffsetDateTime deadline =
                rows.content(pending.contentId()).orElseThrow().getOffsetDateTime("deadline_at");
        clock.ahead(Duration.ofHours(24).minusMinutes(5));

        // When
        boolean kept = await(catalog.renew(pending, 16));

        // Then
        assertThat(kept).isTrue();
        assertThat(leaseUntil(pending)).isEqualTo(deadline);
    }

    @Test
    void endsAnUploadThatRanTooLong() {
        PendingContent pending = begin("a");
        clock.ahead(Duration.ofHours(24).plusSeconds(1));

        assertThat(await(catalog.renew(pending, 99))).isFalse();

        assertThat(chunkLimit(pending)).isEqualTo(16);
    }

    @Test
    void renewsUploadsThatBeganBeforeThereWasALimit() {
        PendingContent pending = begin("a");
        rows.change(
                "UPDATE content SET deadline_at = NULL WHERE id = $1",
                pending.contentId().value());
        clock.ahead(Duration.ofDays(3));
        OffsetDateTime before = leaseUntil(pending);

        assertThat(await(catalog.renew(pending, 16))).isTrue();

        assertThat(Duration.between(before, leaseUntil(pending)))
                .isBetween(Duration.ofDays(3), Duration.ofDays(3).plusMinutes(1));
    }

    @Test
    void doesNotRenewWithAStaleFence() {
        PendingContent pending = begin("a");
        rows.change(
                "UPDATE content SET fence = 2 WHERE id = $1",
                pending.contentId().value());

        assertThat(await(catalog.renew(pending, 99))).isFalse();
    }

    @Test
    void abandonsAPendingUpload() {
        PendingContent pending = begin("a");

        await(catalog.abandon(pending));

        Row row = rows.content(pending.contentId()).orElseThrow();
        assertThat(row.getString("state")).isEqualTo("ABORTING");
        assertThat(row.getInteger("fence")).isEqualTo(2);
        assertThat(row.getOffsetDateTime("aborted_at")).isNotNull();
    }

    @Test
    void abandonsNothingThatWasPublished() {
        PendingContent pending = begin("a");
        await(publishing(pending, "a"));

        await(catalog.abandon(pending));

        assertState(pending, "LIVE");
    }

    @Test
    void abandonsNothingWithAStaleFence() {
        PendingContent pending = begin("a");
        rows.change(
                "UPDATE content SET fence = 2 WHERE id = $1",
                pending.contentId().value());

        await(catalog.abandon(pending));

        assertState(pending, "PENDING");
    }

    private void assertTooLarge(UploadCommand command, long serviceLimit) {
        ContentId contentId = Samples.newContent();
        assertFails(
                () -> await(catalog.begin(command, contentId, CHUNK, 1, serviceLimit)), ErrorCode.CONTENT_TOO_LARGE);
        assertThat(rows.content(contentId)).isEmpty();
    }

    private UploadCommand declared(long length) {
        return new UploadCommand(bucket, new FileName("a"), MediaType.OCTET_STREAM, OptionalLong.of(length));
    }

    private OffsetDateTime leaseUntil(PendingContent pending) {
        return rows.content(pending.contentId()).orElseThrow().getOffsetDateTime("lease_until");
    }

    private int chunkLimit(PendingContent pending) {
        return rows.content(pending.contentId()).orElseThrow().getInteger("chunk_limit");
    }
}
