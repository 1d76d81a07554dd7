package dev.consigne.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.consigne.file.BucketSettings;
import dev.consigne.file.FileName;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileVersion;
import dev.consigne.file.Labels;
import dev.consigne.file.MediaType;
import dev.consigne.file.VersionCatalog;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A generation names one state of a file's bytes, for ever: whoever acts on it acts on that state or not at all. */
@QuarkusTest
class GenerationTest extends WithCatalog {
    private static final long MAX = 1L << 40;
    private static final BucketSettings UNVERSIONED =
            new BucketSettings(OptionalLong.empty(), OptionalLong.of(1_000_000), false, List.of());

    @Inject
    VersionCatalog versions;

    @BeforeEach
    void keepVersions() {
        await(buckets.put(bucket, UNVERSIONED.withVersions(Optional.empty())));
    }

    @Test
    void isNotGivenAgainWhenTheOneAFileWasDeletedWithIsGivenUp() {
        // Given
        FileRecord first = stored("a");
        await(catalog.delete(first, RETENTION));
        FileRecord second = stored("a");
        assertThat(second.id()).isEqualTo(first.id());
        await(catalog.delete(second, RETENTION));

        // When
        assertThat(await(versions.remove(version(second), RETENTION))).isTrue();

        // Then
        FileRecord anew = stored("a");
        assertThat(anew.id()).as("its second generation was another").isNotEqualTo(first.id());
        assertThat(await(versions.list(first.id(), Long.MAX_VALUE, 10)))
                .extracting(version -> version.file().generation(), FileVersion::deleted)
                .containsExactly(tuple(1L, false));
    }

    @Test
    void isNotGivenAgainWhenAFileThatCameBackIsDeletedWithoutAVersion() {
        FileRecord first = stored("a");
        await(catalog.delete(first, RETENTION));
        FileRecord second = stored("a");
        await(buckets.put(bucket, UNVERSIONED));
        await(catalog.delete(second, RETENTION));

        assertThat(stored("a").id()).as("its second generation was another").isNotEqualTo(first.id());
    }

    @Test
    void isComparedByChangesOfAFileThatHasItsFirstBytesAgain() {
        // Given
        FileRecord seen = stored("a");
        stored("a");
        restored(seen);
        FileRecord now = await(catalog.find(seen.id())).orElseThrow();
        assertThat(now.content()).isEqualTo(seen.content());
        assertThat(now.metageneration()).isEqualTo(seen.metageneration());

        // When
        Labels labels = new Labels(
                new MediaType("image/png"),
                seen.labels().metadata(),
                seen.labels().tags());

        // Then
        assertThat(await(catalog.change(seen, labels))).isEmpty();
        assertThat(await(catalog.move(seen, bucket, new FileName("b")))).isEmpty();
        assertThat(await(catalog.delete(seen, RETENTION))).isFalse();
        await(buckets.put(bucket, BucketSettings.DEFAULT));
        assertThat(await(catalog.delete(seen, RETENTION))).as("without a quota").isFalse();
        assertThat(await(catalog.find(seen.id()))).contains(now);
    }

    @Test
    void followsOnItselfWhereNoVersionsAreKept() {
        FileRecord first = stored("a");
        await(buckets.put(bucket, UNVERSIONED));

        restored(first);

        FileRecord now = await(catalog.find(first.id())).orElseThrow();
        assertThat(now.generation()).isEqualTo(2);
        assertThat(now.content()).isEqualTo(first.content());
        assertThat(rows.state(now.content().contentId())).isEqualTo("LIVE");
        assertThat(rows.count(
                        "SELECT refs::bigint FROM content WHERE id = $1",
                        now.content().contentId().value()))
                .isEqualTo(1);
        assertThat(await(buckets.find(bucket)).orElseThrow().usedBytes()).hasValue(first.length());
    }

    private void restored(FileRecord file) {
        FileVersion newest = await(versions.list(file.id(), Long.MAX_VALUE, 1)).get(0);
        assertThat(await(versions.restore(version(file), newest, Samples.newContent(), RETENTION, MAX)))
                .isPresent();
    }

    private FileVersion version(FileRecord file) {
        return await(versions.find(file.id(), file.generation())).orElseThrow();
    }
}
