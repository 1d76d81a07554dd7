package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.PendingContent;
import dev.consigne.job.Garbage;
import dev.consigne.job.GarbageCatalog;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How contents leave: each transition by compare-and-swap, each delay by the catalog's clock. */
@QuarkusTest
class GarbageCatalogTest extends WithCatalog {
    private static final Duration QUARANTINE = Duration.ofMinutes(5);
    private static final Duration LAST_SWEEP_AFTER = Duration.ofHours(24);
    private static final Duration CLAIM = Duration.ofMinutes(10);
    private static final Duration LAPSED = Duration.ofMinutes(11);

    @Inject
    GarbageCatalog garbage;

    /** The garbage of other tests would be claimed too. */
    @BeforeEach
    void removeOldGarbage() {
        rows.repair("DELETE FROM content c WHERE NOT EXISTS (SELECT FROM file f WHERE f.content_id = c.id)"
                + " AND NOT EXISTS (SELECT FROM file_version v WHERE v.content_id = c.id)");
    }

    @Test
    void knowsLapsedUploadsOldestFirst() {
        // Given
        PendingContent first = begin("a");
        PendingContent second = begin("b");
        PendingContent third = begin("c");
        stored("d");
        await(catalog.renew(first, 16));

        // When
        clock.ahead(LAPSED);

        // Then
        assertThat(await(garbage.lapsed(10))).containsExactly(second.contentId(), third.contentId(), first.contentId());
        assertThat(await(garbage.lapsed(1))).containsExactly(second.contentId());
    }

    @Test
    void leavesUploadsWithALeaseAlone() {
        PendingContent pending = begin("a");

        assertThat(await(garbage.lapsed(10))).isEmpty();
        assertThat(await(garbage.abort(pending.contentId()))).isFalse();
        assertThat(await(garbage.suspect(pending.contentId(), RETENTION))).isFalse();

        assertState(pending, "PENDING");
    }

    @Test
    void leavesAnUploadAloneThatWasRenewedInTheLastMoment() {
        PendingContent pending = begin("a");
        clock.ahead(LAPSED);
        assertThat(await(garbage.lapsed(10))).hasSize(1);
        await(catalog.renew(pending, 16));

        assertThat(await(garbage.abort(pending.contentId()))).isFalse();

        assertState(pending, "PENDING");
    }

    @Test
    void tellsForHowLongTheFirstCouldHaveLeft() {
        // Given nothing that another test has made late for good, because a file refers to it
        rows.repair("UPDATE content SET purge_after = now() + interval '1 year' WHERE purge_after IS NOT NULL");
        assertThat(await(garbage.overdue())).as("nothing there").isZero();

        PendingContent suspect = begin("a");
        await(catalog.delete(stored("b"), RETENTION));
        assertThat(await(garbage.overdue())).as("nothing due").isZero();

        clock.ahead(LAPSED.plusMinutes(20));
        assertThat(await(garbage.overdue()))
                .as("lapsed upload")
                .isBetween(Duration.ofMinutes(20), LAPSED.plusMinutes(20));
        assertThat(await(garbage.suspect(suspect.contentId(), RETENTION.multipliedBy(3))))
                .isTrue();
        assertThat(await(garbage.overdue())).as("kept").isZero();

        clock.ahead(RETENTION.multipliedBy(2));
        assertThat(await(garbage.overdue())).as("deleted file").isBetween(RETENTION.minusHours(1), RETENTION);
    }

    /**
     * Asked every few seconds by every process, so it must not read what merely waits for its day. Of uploads, which are few,
     * PostgreSQL may find it cheaper to read all that run.
     */
    @Test
    void tellsItFromTheBeginningOfAnIndex() {
        String plan = await(pool.withTransaction(connection -> connection
                        .query("SET LOCAL enable_seqscan = off")
                        .execute()
                        .chain(() -> connection
                                .query("EXPLAIN " + PgGarbageCatalog.OVERDUE)
                                .execute())))
                .stream()
                .map(row -> row.getString(0))
                .collect(Collectors.joining("\n"));

        assertThat(plan).doesNotContain("Seq Scan");
        assertThat(plan.split("Limit ", -1)).as(plan).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void abortsALapsedUploadOnceAndForGood() {
        // Given
        PendingContent pending = begin("a");
        clock.ahead(LAPSED);

        // When
        boolean aborted = await(garbage.abort(pending.contentId()));

        // Then
        assertThat(aborted).isTrue();
        assertState(pending, "ABORTING");
        assertThat(await(garbage.abort(pending.contentId()))).isFalse();
        assertThat(await(garbage.suspect(pending.contentId(), RETENTION))).isFalse();
        assertThat(await(catalog.renew(pending, 16))).isFalse();
    }

    @Test
    void abortsNothingThatWasPublished() {
        PendingContent pending = begin("a");
        await(publishing(pending, "a"));
        clock.ahead(LAPSED);

        assertThat(await(garbage.abort(pending.contentId()))).isFalse();
        assertThat(await(garbage.suspect(pending.contentId(), RETENTION))).isFalse();

        assertState(pending, "LIVE");
    }

    @Test
    void keepsASuspectForItsRetention() {
        // Given
        PendingContent pending = begin("a");
        clock.ahead(LAPSED);
        assertThat(await(garbage.suspect(pending.contentId(), RETENTION))).isTrue();
        assertState(pending, "SUSPECT");

        // When
        clock.ahead(RETENTION);

        // Then
        assertThat(claim(10)).isEmpty();
        clock.ahead(RETENTION.plus(LAPSED).plusSeconds(5));
        assertThat(claim(10)).extracting(Garbage::contentId).containsExactly(pending.contentId());
    }

    @Test
    void claimsTheAbortedAfterTheQuarantine() {
        // Given
        PendingContent pending = begin("a");
        await(catalog.renew(pending, 77));
        await(catalog.abandon(pending));
        assertThat(claim(10)).isEmpty();

        // When
        clock.ahead(QUARANTINE.plusSeconds(1));

        // Then
        assertThat(claim(10)).containsExactly(new Garbage(pending.contentId(), 3, 77, false));
        assertState(pending, "PURGING");
    }

    @Test
    void claimsTheTombstonedAfterTheirRetention() {
        // Given
        FileRecord file = stored("a");
        await(catalog.delete(file, RETENTION));
        clock.ahead(RETENTION.minusSeconds(5));
        assertThat(claim(10)).isEmpty();

        // When
        clock.ahead(RETENTION.plusSeconds(5));

        // Then
        assertThat(claim(10))
                .extracting(Garbage::contentId)
                .containsExactly(file.content().contentId());
    }

    @Test
    void claimsAClaimAgainOnlyAfterItLapsed() {
        // Given
        Garbage first = claimAborted();
        assertThat(claim(10)).isEmpty();

        // When
        clock.ahead(QUARANTINE.plus(CLAIM).plusSeconds(5));
        Garbage second = claim(10).get(0);

        // Then
        assertThat(second.contentId()).isEqualTo(first.contentId());
        assertThat(await(garbage.purged(first)))
                .as("the old claim is worth nothing")
                .isFalse();
        assertThat(await(garbage.purged(second))).isTrue();
        assertThat(await(garbage.purged(second))).isFalse();
    }

    @Test
    void sweepsThePurgedOnceMoreBeforeTheirRowIsDropped() {
        // Given
        Garbage first = claimAborted();
        await(garbage.purged(first));
        clock.ahead(LAST_SWEEP_AFTER);
        assertThat(claim(10)).as("a day after it was purged, not before").isEmpty();

        // When
        clock.ahead(LAST_SWEEP_AFTER.plus(QUARANTINE).plusSeconds(5));
        Garbage last = claim(10).get(0);

        // Then
        assertThat(last.lastSweep()).isTrue();
        assertThat(rows.state(first.contentId())).isEqualTo("PURGED");
        assertThat(claim(10)).as("claimed").isEmpty();
        assertThat(await(garbage.drop(first))).as("with a stale claim").isFalse();
        assertThat(await(garbage.drop(last))).isTrue();
        assertThat(rows.state(first.contentId())).isEqualTo("none");
    }

    @Test
    void dropsNothingThatIsNotPurged() {
        Garbage claimed = claimAborted();

        assertThat(await(garbage.drop(claimed))).isFalse();

        assertThat(rows.state(claimed.contentId())).isEqualTo("PURGING");
    }

    @Test
    void neverClaimsWhatAFileRefersTo() {
        // Given rows that a bug could have left behind
        for (String state : List.of("TOMBSTONED", "SUSPECT", "ABORTING", "PURGING", "PURGED")) {
            FileRecord file = stored(state);
            rows.repair(
                    "UPDATE content SET state = $2, aborted_at = now(), purge_after = now(), purge_lease = now(),"
                            + " purged_at = now() WHERE id = $1",
                    file.content().contentId().value(),
                    state);
        }

        // When
        clock.ahead(Duration.ofDays(30));

        // Then
        assertThat(claim(100)).isEmpty();
        rows.repair("UPDATE content SET state = 'LIVE' WHERE EXISTS (SELECT FROM file f WHERE f.content_id = id)");
    }

    @Test
    void claimsAtMostTheLimitAndTheOldestFirst() {
        List<ContentId> ids = IntStream.range(0, 5).mapToObj(i -> abandoned()).toList();
        clock.ahead(QUARANTINE.plusSeconds(1));

        assertThat(claim(2)).extracting(Garbage::contentId).containsExactlyInAnyOrderElementsOf(ids.subList(0, 2));
        assertThat(claim(2)).extracting(Garbage::contentId).containsExactlyInAnyOrderElementsOf(ids.subList(2, 4));
    }

    @Test
    void claimsOfManyCollectorsAtOnceNeverOverlap() {
        // Given
        List<ContentId> ids = IntStream.range(0, 40).mapToObj(i -> abandoned()).toList();
        clock.ahead(QUARANTINE.plusSeconds(1));

        // When
        List<ContentId> claimed =
                await(Uni.join()
                                .all(Collections.nCopies(12, garbage.claim(5, QUARANTINE, CLAIM)))
                                .andFailFast())
                        .stream()
                        .flatMap(List::stream)
                        .map(Garbage::contentId)
                        .toList();

        // Then
        assertThat(claimed).doesNotHaveDuplicates();
        assertThat(ids).containsAll(claimed);
    }

    @Test
    void doesNotWaitForARowThatSomebodyHolds() {
        // Given
        ContentId held = abandoned();
        ContentId free = abandoned();
        clock.ahead(QUARANTINE.plusSeconds(1));

        // When
        List<Garbage> claimed = await(pool.withTransaction(connection -> connection
                .preparedQuery("SELECT 1 FROM content WHERE id = $1 FOR UPDATE")
                .execute(Tuple.of(held.value()))
                .chain(() -> garbage.claim(10, QUARANTINE, CLAIM))));

        // Then
        assertThat(claimed).extracting(Garbage::contentId).containsExactly(free);
    }

    private ContentId abandoned() {
        PendingContent pending = begin("a");
        await(catalog.abandon(pending));
        return pending.contentId();
    }

    /** Claimed a little after the quarantine, which is where the clock stands then. */
    private Garbage claimAborted() {
        abandoned();
        clock.ahead(QUARANTINE.plusSeconds(1));
        List<Garbage> claimed = claim(10);
        assertThat(claimed).hasSize(1);
        return claimed.get(0);
    }

    private List<Garbage> claim(int limit) {
        return Stream.of(
                        await(garbage.claim(limit, QUARANTINE, CLAIM)),
                        await(garbage.claimSwept(limit, LAST_SWEEP_AFTER, CLAIM)))
                .flatMap(List::stream)
                .toList();
    }
}
