package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.BeginOutcome;
import dev.consigne.file.Bucket;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.IdempotencyKey;
import dev.consigne.file.Manifest;
import dev.consigne.file.MediaType;
import dev.consigne.file.PendingContent;
import dev.consigne.file.StoredContent;
import dev.consigne.file.UploadCommand;
import dev.consigne.job.AdoptionCatalog;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What a bucket may hold: reserved by what runs, exact after whatever happened at once. */
@QuarkusTest
class QuotaTest extends WithCatalog {
    private static final long HUGE = 1L << 40;

    @Inject
    AdoptionCatalog adoption;

    @Test
    void countsWhatIsThereWhenTheQuotaIsSet() {
        store("a", 30);
        store("a", 20);
        store("b", 5);
        await(catalog.delete(store("c", 7), RETENTION));

        Bucket limited = limit(100);

        assertThat(limited.settings().maxBytes()).hasValue(100);
        assertThat(limited.usedBytes()).hasValue(25);
        assertThat(await(buckets.find(bucket))).contains(limited);
        assertThat(await(buckets.put(bucket, OptionalLong.empty())).bucket().usedBytes())
                .as("nothing is counted without a quota")
                .isEmpty();
    }

    @Test
    void countsABucketThatOneStatementDoesNotCount() {
        FileRecord file = store("a", 30);
        int many = 2 * BucketSetting.PAGE + 1;
        rows.change("""
                INSERT INTO file (id, bucket_id, name, media_type, content_id, length)
                SELECT gen_random_uuid(), b.id, 'n' || i, 'text/plain', $2, 30
                FROM bucket b, generate_series(1, $3::int) i WHERE b.name = $1
                """, bucket.value(), file.content().contentId().value(), many);

        assertThat(limit(HUGE).usedBytes()).hasValue(30L * (many + 1));

        rows.repair(
                "DELETE FROM file WHERE name LIKE 'n%' AND media_type = 'text/plain' AND content_id = $1",
                file.content().contentId().value());
    }

    /** While removal is held nobody gives such an upload up. */
    @Test
    void reservesNothingForAnUploadWhoseLeaseLapsed() {
        // Given
        limit(100);
        PendingContent dead = begin(declared("a", 80));
        assertExceeded(() -> begin(declared("b", 60)), Map.of("reserved", 80L));

        // When
        clock.ahead(Duration.ofMinutes(11));
        PendingContent next = begin(declared("b", 60));

        // Then
        assertExceeded(() -> await(publishing(dead, declared("a", 80), 80)), Map.of("reserved", 60L));
        await(publishing(next, declared("b", 60), 60));
        assertThat(used()).isEqualTo(60);
    }

    @Test
    void keepsCountWithEveryPublishReplacementAndDelete() {
        limit(100);

        FileRecord first = store("a", 30);
        store("b", 20);
        assertThat(used()).isEqualTo(50);
        FileRecord replaced = store("a", 12);
        assertThat(used()).isEqualTo(32);
        assertThat(await(catalog.delete(first, RETENTION)))
                .as("no longer that content")
                .isFalse();
        assertThat(used()).isEqualTo(32);
        assertThat(await(catalog.delete(replaced, RETENTION))).isTrue();

        assertThat(used()).isEqualTo(20);
        assertThat(rows.events(replaced.content().contentId())).containsExactly("file.stored", "file.deleted");
        assertThat(rows.state(replaced.content().contentId())).isEqualTo("TOMBSTONED");
    }

    @Test
    void countsWhatIsAdopted() {
        limit(100);
        StoredContent content = Samples.stored(Samples.newContent(), Bytes.seeded(1, 120), CHUNK);
        Manifest manifest = new Manifest(content, bucket, new FileName("a"), MediaType.OCTET_STREAM);

        await(adoption.adopt(manifest, Samples.newFile()));

        assertThat(used()).as("it is there already, whatever the quota").isEqualTo(120);
    }

    @Test
    void refusesADeclaredLengthThatDoesNotFitBesideWhatRuns() {
        // Given
        limit(100);
        store("a", 30);
        PendingContent running = begin(declared("b", 40));

        // When
        assertExceeded(() -> begin(declared("c", 31)), Map.of("limit", 100L, "used", 30L, "reserved", 40L));

        // Then
        assertThat(reserved()).isEqualTo(40);
        begin(declared("c", 30));
        await(publishing(running, declared("b", 40), 40));
        assertThat(used()).isEqualTo(70);
        assertThat(reserved()).isEqualTo(30);
    }

    @Test
    void givesBackWhatAFailedUploadReserved() {
        limit(100);
        PendingContent failed = begin(declared("a", 100));
        assertExceeded(() -> begin(declared("b", 1)), Map.of("reserved", 100L));

        await(catalog.abandon(failed));

        begin(declared("b", 100));
    }

    @Test
    void letsAnUploadOfUnknownLengthHaveWhatIsLeft() {
        limit(100);
        store("a", 30);
        begin(declared("b", 40));

        BeginOutcome.Began began = (BeginOutcome.Began)
                await(catalog.begin(Samples.upload(bucket, "c"), Samples.newContent(), CHUNK, 16, HUGE));

        assertThat(began.content().maxLength()).isEqualTo(30);
        assertThat(began.quota().orElseThrow().left()).isEqualTo(30);
    }

    @Test
    void refusesToPublishAnUploadOfUnknownLengthInWhatOthersReserved() {
        // Given
        limit(100);
        PendingContent unknown = begin(Samples.upload(bucket, "a"));
        PendingContent declared = begin(declared("b", 60));

        // When
        assertExceeded(
                () -> await(publishing(unknown, Samples.upload(bucket, "a"), 41)),
                Map.of("limit", 100L, "used", 0L, "reserved", 60L));

        // Then
        assertState(unknown, "PENDING");
        assertThat(await(catalog.find(bucket, new FileName("a")))).isEmpty();
        await(publishing(declared, declared("b", 60), 60));
        await(publishing(unknown, Samples.upload(bucket, "a"), 40));
        assertThat(used()).isEqualTo(100);
    }

    @Test
    void takesAFullBucketForWhatItIs() {
        limit(10);
        store("a", 10);

        assertExceeded(() -> begin(declared("b", 1)), Map.of("used", 10L));
        store("empty", 0);

        assertThat(limit(5).usedBytes()).as("lowered below what is there").hasValue(10);
        assertExceeded(() -> begin(declared("b", 1)), Map.of("limit", 5L));
        limit(11);
        store("b", 1);
    }

    @Test
    void countsWhatBeganBeforeTheQuotaWasSet() {
        PendingContent early = begin(declared("a", 60));
        limit(100);

        assertExceeded(() -> begin(declared("b", 41)), Map.of("reserved", 60L));

        await(publishing(early, declared("a", 60), 60));
        assertThat(used()).isEqualTo(60);
    }

    @Test
    void reservesOnceForABeginThatIsSentAgain() {
        limit(100);
        var contentId = Samples.newContent();
        await(catalog.begin(declared("a", 60), contentId, CHUNK, 16, HUGE));

        await(catalog.begin(declared("a", 60), contentId, CHUNK, 16, HUGE));

        assertThat(reserved()).isEqualTo(60);
    }

    @Test
    void claimsNoKeyForWhatDoesNotFit() {
        limit(10);
        UploadCommand keyed = declared("a", 11).withKey(Optional.of(new IdempotencyKey("k")));
        assertExceeded(() -> begin(keyed), Map.of());
        limit(11);

        PendingContent pending = begin(keyed);

        FileRecord file = await(publishing(pending, keyed, 11));
        assertThat(await(catalog.begin(keyed, Samples.newContent(), CHUNK, 16, HUGE)))
                .as("a replay needs no room")
                .isEqualTo(new BeginOutcome.Answered(file));
    }

    /** F80. */
    @RepeatedTest(5)
    void ofUploadsThatFitOnlyAloneOneBegins() {
        limit(100);

        List<Boolean> began = together(IntStream.range(0, 10)
                .mapToObj(i -> catalog.begin(declared("n" + i, 60), Samples.newContent(), CHUNK, 16, HUGE)
                        .replaceWith(true)
                        .onFailure(QuotaTest::isExceeded)
                        .recoverWithItem(false))
                .toList());

        assertThat(began).filteredOn(yes -> yes).hasSize(1);
    }

    /** F80, without the lengths being declared: the publish decides. */
    @RepeatedTest(5)
    void ofUploadsOfUnknownLengthThatFitOnlyAloneOneIsPublished() {
        limit(100);
        List<PendingContent> pending =
                IntStream.range(0, 10).mapToObj(i -> begin("n" + i)).toList();

        List<Boolean> published = together(IntStream.range(0, 10)
                .mapToObj(i -> publishing(pending.get(i), Samples.upload(bucket, "n" + i), 60)
                        .replaceWith(true)
                        .onFailure(QuotaTest::isExceeded)
                        .recoverWithItem(false))
                .toList());

        assertThat(published).filteredOn(yes -> yes).hasSize(1);
        assertThat(used()).isEqualTo(60);
    }

    /** Whatever happens at once, setting and removing the quota included, what is used is the sum of the files. */
    @RepeatedTest(20)
    void usesExactlyTheSumOfTheFiles(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int round = 0; round < 3; round++) {
            // Given
            List<Uni<Boolean>> work = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                work.add(something(random));
            }

            // When
            together(work);

            // Then
            assertThat(await(buckets.find(bucket)).orElseThrow().usedBytes())
                    .satisfiesAnyOf(
                            used -> assertThat(used).isEmpty(),
                            used -> assertThat(used).hasValue(sum()));
        }
        limit(HUGE);
        assertThat(used()).isEqualTo(sum());
    }

    private Uni<Boolean> something(Random random) {
        String name = "n" + random.nextInt(6);
        int length = random.nextInt(1000);
        return switch (random.nextInt(8)) {
            case 0 ->
                buckets.put(bucket, OptionalLong.empty(), OptionalLong.of(HUGE)).replaceWith(true);
            case 1 -> buckets.put(bucket, OptionalLong.empty()).replaceWith(true);
            case 2, 3 ->
                Uni.createFrom()
                        .deferred(() -> catalog.find(bucket, new FileName(name)))
                        .chain(found -> found.map(file -> catalog.delete(file, RETENTION))
                                .orElseGet(() -> Uni.createFrom().item(false)));
            default ->
                catalog.begin(declared(name, length), Samples.newContent(), CHUNK, 16, HUGE)
                        .chain(outcome -> publishing(began(outcome), declared(name, length), length))
                        .replaceWith(true);
        };
    }

    private Bucket limit(long bytes) {
        return await(buckets.put(bucket, OptionalLong.empty(), OptionalLong.of(bytes)))
                .bucket();
    }

    private UploadCommand declared(String name, long length) {
        return new UploadCommand(bucket, new FileName(name), MediaType.OCTET_STREAM, OptionalLong.of(length));
    }

    private Uni<FileRecord> publishing(PendingContent pending, UploadCommand command, int length) {
        return catalog.publish(pending, content(pending, length), command, Samples.newFile(), RETENTION);
    }

    private FileRecord store(String name, int length) {
        UploadCommand command = declared(name, length);
        return await(publishing(begin(command), command, length));
    }

    private long used() {
        return await(buckets.find(bucket)).orElseThrow().usedBytes().orElseThrow();
    }

    private long sum() {
        return rows.count("SELECT bytes FROM bucket_usage WHERE bucket = $1", bucket.value());
    }

    private long reserved() {
        return rows.count("""
                SELECT coalesce(sum(c.reserved_bytes), 0)::bigint
                FROM content c JOIN bucket b ON b.id = c.bucket_id WHERE b.name = $1 AND c.state = 'PENDING'
                """, bucket.value());
    }

    private static void assertExceeded(ThrowingCallable call, Map<String, Object> extensions) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ServiceException.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(failure.extensions())
                    .containsKeys("limit", "used", "reserved")
                    .containsAllEntriesOf(extensions);
        });
    }

    private static boolean isExceeded(Throwable failure) {
        return failure instanceof ServiceException service && service.code() == ErrorCode.QUOTA_EXCEEDED;
    }

    private static <T> List<T> together(List<Uni<T>> work) {
        return await(Uni.join().all(work).andFailFast());
    }
}
