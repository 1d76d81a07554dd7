package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.BucketSettings;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileVersion;
import dev.consigne.file.FileVersions;
import dev.consigne.file.Preconditions;
import dev.consigne.postgres.WiredCatalog;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Versions that are restored or given up while the answer of the commit, or the commit, is lost on its way. */
@QuarkusTest
class VersionOutcomeTest extends WithWires {
    private static final String COMMIT = "COMMIT\0";

    private FileVersions versions;

    @BeforeEach
    void keepVersions() {
        await(buckets.put(bucket, BucketSettings.DEFAULT.withVersions(Optional.empty())));
        versions = new FileVersions(WiredCatalog.versions(wiredPool, TIMEOUT), config, ids);
    }

    @Test
    void restoresOnceWhenTheAnswerToTheCommitIsLost() {
        FileRecord first = twice();
        toPostgres.loseAnswerTo(COMMIT);

        FileRecord restored = await(versions.restore(first.id(), 1, Preconditions.NONE));

        assertRestoredOnce(first, restored);
    }

    @Test
    void restoresOnceWhenTheCommitNeverArrived() {
        FileRecord first = twice();
        toPostgres.loseRequest(COMMIT);

        FileRecord restored = await(versions.restore(first.id(), 1, Preconditions.NONE));

        assertRestoredOnce(first, restored);
    }

    @Test
    void bringsBackOnceWhenTheAnswerToTheCommitIsLost() {
        FileRecord first = twice();
        await(files.delete(first.id()));
        toPostgres.loseAnswerTo(COMMIT);

        FileRecord restored = await(versions.undelete(first.id(), Preconditions.NONE));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertThat(restored).isEqualTo(await(files.file(first.id())));
        assertThat(generations(first)).containsExactly(3L, 2L, 1L);
    }

    @Test
    void givesUpOnceWhenTheAnswerToTheCommitIsLost() {
        FileRecord first = twice();
        toPostgres.loseAnswerTo(COMMIT);

        await(versions.remove(first.id(), 1));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertThat(generations(first)).containsExactly(2L);
        assertThat(rows.state(first.content().contentId())).isEqualTo("TOMBSTONED");
        assertThat(rows.events(first.content().contentId())).containsExactly("file.stored", "version.deleted");
    }

    @Test
    void givesUpOnceWhenTheCommitNeverArrived() {
        FileRecord first = twice();
        toPostgres.loseRequest(COMMIT);

        await(versions.remove(first.id(), 1));

        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertThat(generations(first)).containsExactly(2L);
        assertThat(rows.state(first.content().contentId())).isEqualTo("TOMBSTONED");
    }

    private void assertRestoredOnce(FileRecord first, FileRecord restored) {
        assertThat(toPostgres.cuts()).isEqualTo(1);
        assertThat(restored).isEqualTo(await(files.file(first.id())));
        assertThat(restored.content()).isEqualTo(first.content());
        assertThat(generations(first)).containsExactly(3L, 2L, 1L);
        assertThat(rows.count(
                        "SELECT refs::bigint FROM content WHERE id = $1",
                        first.content().contentId().value()))
                .isEqualTo(2);
    }

    /** The first of two generations. */
    private FileRecord twice() {
        FileRecord first = await(store("kept", bytes));
        await(store("kept", liveBytes));
        return first;
    }

    private List<Long> generations(FileRecord file) {
        List<FileVersion> found = await(versions.list(file.id(), FileVersions.NEWEST, 10));
        return found.stream().map(version -> version.file().generation()).toList();
    }
}
