package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.consigne.file.BucketSettings;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileId;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileVersion;
import dev.consigne.file.VersionCatalog;
import dev.consigne.job.GarbageCatalog;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Versions that are made, restored, deleted and expire at the same time; each content is counted as often as it is had. */
@QuarkusTest
class VersionRaceTest extends WithCatalog {
    private static final long NEWEST = Long.MAX_VALUE;
    private static final long MAX = 1L << 40;
    private static final Duration KEPT = Duration.ofHours(1);

    @Inject
    VersionCatalog versions;

    @Inject
    GarbageCatalog garbage;

    @BeforeEach
    void keepVersions() {
        await(buckets.put(
                bucket,
                new BucketSettings(OptionalLong.empty(), OptionalLong.of(1_000_000), false, List.of())
                        .withVersions(Optional.of(KEPT))));
    }

    @Test
    void givesUpWhatIsOverAndNothingElse() {
        // Given
        FileRecord first = stored("a");
        stored("a");
        clock.ahead(KEPT.plusMinutes(1));
        stored("a");

        // When
        expireAll();

        // Then
        assertThat(generations(first.id())).containsExactly(3L, 2L);
        assertThat(rows.state(first.content().contentId())).isEqualTo("TOMBSTONED");
        assertThat(rows.events(first.content().contentId())).containsExactly("file.stored", "version.deleted");
        assertFits();
    }

    @Test
    void aContentThatTwoVersionsHaveIsKeptUntilBothAreOver() {
        FileRecord first = stored("a");
        restored(first.id(), 1);
        stored("a");
        clock.ahead(KEPT.plusMinutes(1));

        expireAll();

        assertThat(generations(first.id())).containsExactly(3L);
        assertThat(rows.state(first.content().contentId())).isEqualTo("TOMBSTONED");
        assertFits();
    }

    /** Whoever comes first: restored, its content stays; given up, nothing is restored. */
    @RepeatedTest(10)
    void ofARestorationAndTheExpiryOneComesFirst() {
        FileRecord first = stored("a");
        stored("a");
        FileVersion version = await(versions.find(first.id(), 1)).orElseThrow();
        FileVersion newest = await(versions.find(first.id(), 2)).orElseThrow();
        clock.ahead(KEPT.plusMinutes(1));

        List<Boolean> done = together(List.of(
                versions.restore(version, newest, Samples.newContent(), RETENTION, MAX)
                        .map(Optional::isPresent),
                garbage.expireVersions(1000).map(gone -> gone > 0)));

        assertThat(rows.state(first.content().contentId())).isEqualTo(done.get(0) ? "LIVE" : "TOMBSTONED");
        assertFits();
    }

    /** A deleted file comes back once: by its id, or because its name is stored again. */
    @RepeatedTest(10)
    void comesBackOnceWhoeverBringsIt() {
        FileRecord file = stored("a");
        await(catalog.delete(file, RETENTION));
        FileVersion last = await(versions.find(file.id(), 1)).orElseThrow();

        together(List.of(
                versions.restore(last, last, Samples.newContent(), RETENTION, MAX)
                        .replaceWith(true)
                        .onFailure()
                        .recoverWithItem(false), // the name was taken
                publishing(begin("a"), "a").replaceWith(true)));

        assertThat(await(catalog.find(file.id()))).isPresent();
        assertFits();
    }

    /** Whatever was counted: a row that a bug left is a row that stays. */
    @Test
    void neverClaimsWhatAVersionRefersTo() {
        FileRecord first = stored("a");
        stored("a");
        ContentId content = first.content().contentId();
        rows.repair(
                "UPDATE content SET state = 'TOMBSTONED', refs = 0, purge_after = now() WHERE id = $1",
                content.value());
        clock.ahead(Duration.ofDays(30));

        await(garbage.claim(1000, RETENTION, RETENTION));

        assertThat(rows.state(content)).isEqualTo("TOMBSTONED");
        assertThatThrownBy(() -> rows.change("UPDATE content SET state = 'PURGING' WHERE id = $1", content.value()))
                .hasMessageContaining("must not be removed: a version has it");
        rows.repair("UPDATE content SET state = 'LIVE', refs = 1 WHERE id = $1", content.value());
        assertFits();
    }

    @Test
    void neverComesBackWithoutWhatItWasDeletedWith() {
        FileRecord file = stored("a");
        await(catalog.delete(file, RETENTION));
        FileVersion last = await(versions.find(file.id(), 1)).orElseThrow();
        await(versions.remove(last, RETENTION));

        assertThat(await(versions.restore(last, last, Samples.newContent(), RETENTION, MAX)))
                .isEmpty();
        assertThat(await(catalog.find(file.id()))).isEmpty();
        assertThat(await(versions.remove(last, RETENTION))).isFalse();
        assertFits();
    }

    @RepeatedTest(5)
    void nothingIsLostOrLeftByManyAtOnce() {
        // Given
        Random random = new Random(11);
        List<String> names = List.of("a", "b", "c");
        List<FileId> known = names.stream().map(name -> stored(name).id()).toList();
        List<Uni<Boolean>> work = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            String name = names.get(random.nextInt(names.size()));
            FileId id = known.get(random.nextInt(known.size()));
            work.add((switch (i % 6) {
                        case 0, 1 -> publishing(begin(name), name).replaceWith(true);
                        case 2 ->
                            catalog.find(bucket, new FileName(name))
                                    .chain(found -> found.map(file -> catalog.delete(file, RETENTION))
                                            .orElseGet(VersionRaceTest::nothing));
                        case 3 -> restoringOldest(id);
                        case 4 ->
                            catalog.find(id)
                                    .chain(found -> found.map(
                                                    file -> catalog.move(file, bucket, new FileName("moved-" + name))
                                                            .map(Optional::isPresent))
                                            .orElseGet(VersionRaceTest::nothing));
                        default ->
                            versions.list(id, NEWEST, 100)
                                    .chain(found -> found.stream()
                                            .filter(version -> !version.current())
                                            .skip(1)
                                            .findFirst()
                                            .map(version -> versions.remove(version, RETENTION))
                                            .orElseGet(VersionRaceTest::nothing));
                    })
                    .onFailure()
                    .recoverWithItem(
                            false)); // a name was taken, or the row fought for too often: then nothing happened
        }

        // When
        List<Boolean> done = together(work);

        // Then
        assertThat(done).contains(true);
        assertFits();
        clock.ahead(KEPT.plusMinutes(1));
        expireAll();
        assertFits();
        assertThat(rows.count("""
                        SELECT count(*) FROM file_version v JOIN bucket b ON b.id = v.bucket_id WHERE b.name = $1
                        """, bucket.value())).isZero();
    }

    private Uni<Boolean> restoringOldest(FileId id) {
        return versions.list(id, NEWEST, 100)
                .chain(found -> found.isEmpty()
                        ? nothing()
                        : versions.restore(
                                        found.get(found.size() - 1), found.get(0), Samples.newContent(), RETENTION, MAX)
                                .map(Optional::isPresent));
    }

    private void expireAll() {
        while (await(garbage.expireVersions(100)) > 0) {
            // until nothing is left to give up
        }
    }

    private void restored(FileId id, long generation) {
        FileVersion version = await(versions.find(id, generation)).orElseThrow();
        FileVersion newest = await(versions.list(id, NEWEST, 1)).get(0);
        assertThat(await(versions.restore(version, newest, Samples.newContent(), RETENTION, MAX)))
                .isPresent();
    }

    private List<Long> generations(FileId id) {
        return await(versions.list(id, NEWEST, 100)).stream()
                .map(version -> version.file().generation())
                .toList();
    }

    private static Uni<Boolean> nothing() {
        return Uni.createFrom().item(false);
    }

    private static <T> List<T> together(List<Uni<T>> work) {
        return await(Uni.join().all(work).andFailFast());
    }

    /** For every content that was ever one of this bucket's, the files, and what the quota has counted. */
    private void assertFits() {
        assertThat(rows.count("""
                        SELECT count(*) FROM content c WHERE c.bucket_id = (SELECT id FROM bucket WHERE name = $1)
                          AND c.committed_at IS NOT NULL
                          AND (c.refs <> (SELECT count(*) FROM file f WHERE f.content_id = c.id)
                                       + (SELECT count(*) FROM file_version v WHERE v.content_id = c.id)
                               OR (c.state = 'LIVE') <> (c.refs > 0))
                        """, bucket.value())).as("contents miscounted").isZero();
        assertThat(rows.count("""
                        SELECT count(*) FROM file f JOIN file_version v ON v.file_id = f.id AND v.generation >= f.generation
                        """)).as("generations given twice").isZero();
        assertThat(rows.count("""
                        SELECT (q.used_bytes - (SELECT coalesce(sum(f.length), 0) FROM file f WHERE f.bucket_id = b.id)
                            - (SELECT coalesce(sum(v.length), 0) FROM file_version v WHERE v.bucket_id = b.id))::bigint
                        FROM bucket b JOIN bucket_quota q ON q.bucket_id = b.id WHERE b.name = $1
                        """, bucket.value())).as("bytes miscounted").isZero();
    }
}
