package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.BucketCatalog;
import dev.consigne.file.ChunkStore;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileCatalog;
import dev.consigne.file.FileConfig;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileService;
import dev.consigne.file.Ids;
import dev.consigne.file.ListQuery;
import dev.consigne.file.PendingContent;
import dev.consigne.file.ProtocolProbe;
import dev.consigne.file.SearchConfig;
import dev.consigne.file.Slice;
import dev.consigne.file.Ticker;
import dev.consigne.job.CheckCatalog;
import dev.consigne.job.Collector;
import dev.consigne.job.CollectorConfig;
import dev.consigne.job.CollectorMeters;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.GarbageCatalog;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRun;
import dev.consigne.job.JobStep;
import dev.consigne.job.StoreMarks;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All that the service does, by a login that owns nothing: consigne_service has every right that is needed. */
@QuarkusTest
class ServiceLoginTest extends WithCatalog {
    private static final Duration RETENTION_OVER = RETENTION.plusMinutes(1);
    private static final Duration CLAIM_LAPSED = Duration.ofMinutes(11);
    private static final Duration LAST_SWEEP_DUE = Duration.ofHours(24).plusMinutes(11);
    private static final int MAX_STEPS = 500;

    @Inject
    Vertx vertx;

    @Inject
    ChunkStore chunks;

    @Inject
    FileConfig fileConfig;

    @Inject
    SearchConfig searchConfig;

    @Inject
    CollectorConfig collectorConfig;

    @Inject
    PgConfig pgConfig;

    @Inject
    Ids ids;

    private MemberLogin login;
    private PgStore store;
    private FileCatalog served;

    @BeforeEach
    void makeTheLogin() {
        login = MemberLogin.service(rows, vertx, 2);
        store = new PgStore(login.pool(), pgConfig, FileMeters.NOOP);
        served = new PgFileCatalog(store, fileConfig, searchConfig);
    }

    @AfterEach
    void dropTheLogin() {
        login.close();
    }

    @Test
    void storesReplacesListsReadsAndDeletes() {
        // Given
        FileService files = new FileService(
                served, chunks, fileConfig, ids, Ticker.SYSTEM, FileMeters.NOOP, ProtocolProbe.NOOP, Samples.budget());
        BucketCatalog bucketCatalog = new PgBucketCatalog(store);
        byte[] bytes = Bytes.seeded(81, 2 * CHUNK + 9);
        await(bucketCatalog.put(bucket, OptionalLong.of(1 << 20)));

        // When
        FileRecord first = await(files.store(Caller.UNKNOWN, Samples.upload(bucket, "a"), Bytes.body(bytes, 10_000)));
        FileRecord second = await(files.store(Caller.UNKNOWN, Samples.upload(bucket, "a"), Bytes.body(bytes, 10_000)));

        // Then
        assertThat(await(served.list(new ListQuery(bucket, "", Optional.empty(), 10)))
                        .files())
                .extracting(FileRecord::generation)
                .containsExactly(2L);
        assertThat(Bytes.joined(await(files.content(Caller.UNKNOWN, second, new Slice(0, second.length()))
                        .collect()
                        .asList())))
                .isEqualTo(bytes);
        await(files.delete(bucket, new FileName("a")));
        assertThat(await(bucketCatalog.delete(bucket))).isTrue();
        assertCollected(first.content().contentId(), second.content().contentId());
    }

    @Test
    void givesUploadsUp() {
        PendingContent given = begin();
        PendingContent lapsed = begin();

        assertThat(await(served.renew(given, 8))).isTrue();
        await(served.abandon(given));
        await(served.outcome(lapsed, Samples.upload(bucket, "a")));

        assertCollected(given.contentId(), lapsed.contentId());
    }

    @Test
    void findsDamageAndHeals() {
        CheckCatalog check = new PgCheckCatalog(store);
        ContentId content = stored("a").content().contentId();

        assertThat(await(served.markDamaged(content, "a test says so"))).isTrue();
        assertThat(await(check.heal(content))).isTrue();
        await(check.verified(content));

        assertThat(rows.state(content)).isEqualTo("LIVE");
    }

    @Test
    void handsOrphansToTheCollector() {
        CheckCatalog check = new PgCheckCatalog(store);
        ContentId orphan = Samples.newContent();

        await(check.sighted(List.of(orphan), 1));
        await(check.sighted(List.of(orphan), 2));
        clock.ahead(Duration.ofDays(8));
        assertThat(await(check.confirmedOrphans(2, Duration.ofDays(7), Optional.empty(), 1000)))
                .contains(orphan);
        assertThat(await(check.handToCollector(orphan, 1))).isTrue();
        await(check.forgetUnseen(3));

        assertCollected(orphan);
    }

    @Test
    void keepsTheLogOfJobs() {
        JobLog log = new PgJobLog(store);
        Finding finding = new Finding(
                FindingKind.MISSING_CHUNKS, Samples.newContent(), Optional.empty(), Optional.empty(), "a test's");

        JobRun run = await(log.claim(JobName.FSCK, JobOrder.REPORT, Duration.ZERO, CLAIM_LAPSED))
                .orElseThrow();
        await(log.requestStop(JobName.FSCK));
        JobLog.Next next = await(log.advance(run, new JobStep("here", true, 1, 0, 0, List.of(finding)), CLAIM_LAPSED));
        await(log.renew(run, CLAIM_LAPSED));
        await(log.end(run, JobEnd.DONE, "done"));

        assertThat(next).isEqualTo(JobLog.Next.STOP);
        assertThat(await(log.findings(JobName.FSCK, 0, 1000)))
                .extracting(JobLog.Numbered::finding)
                .contains(finding);
    }

    @Test
    void keepsTheMarksOfTheStores() {
        StoreMarks.OfCatalog marks = new PgStoreMarks(store);

        long number = await(marks.begin());
        await(marks.done(0));
        await(marks.hold("a test says so"));
        assertThat(await(marks.read()).held()).isPresent();
        await(marks.release());

        assertThat(await(marks.read()).held()).isEmpty();
        assertThat(number).isPositive();
        assertThat(await(new PgStoreIdentity(store).read()).cursorSecret()).hasSize(32);
    }

    private PendingContent begin() {
        return began(await(served.begin(Samples.upload(bucket, "a"), Samples.newContent(), CHUNK, 4, 1 << 20)));
    }

    private void assertCollected(ContentId... contents) {
        GarbageCatalog garbage = new PgGarbageCatalog(store, fileConfig);
        Collector collector = new Collector(garbage, chunks, collectorConfig, CollectorMeters.NOOP, ProtocolProbe.NOOP);
        collect(collector, RETENTION_OVER);
        collect(collector, RETENTION_OVER.plus(CLAIM_LAPSED));
        assertThat(contents).extracting(rows::state).containsOnly("PURGED");
        collect(collector, RETENTION_OVER.plus(CLAIM_LAPSED).plus(LAST_SWEEP_DUE));
        assertThat(contents).extracting(rows::state).containsOnly("none");
    }

    private void collect(Collector collector, Duration ahead) {
        clock.ahead(ahead);
        int steps = 0;
        while (await(collector.step())) {
            assertThat(++steps).as("steps").isLessThan(MAX_STEPS);
        }
    }
}
