package dev.consigne.fault;

import static dev.consigne.job.FindingKind.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.BucketSettings;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileRecord;
import dev.consigne.file.FileVersions;
import dev.consigne.file.Preconditions;
import dev.consigne.file.Slice;
import dev.consigne.job.Finding;
import dev.consigne.job.JobName;
import dev.consigne.memory.Caller;
import dev.consigne.testing.Bytes;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Versions from the first byte to the last sweep, in both stores: what is had is there, what nobody has is gone. */
@QuarkusTest
class VersionLifeTest extends WithJobs {
    private static final Duration KEPT = Duration.ofHours(1);

    @Inject
    FileVersions versions;

    @Test
    void bytesGoWhenNobodyHasThemAndStayWhileSomebodyDoes() {
        // Given a file with three generations, the first of which was restored as the fourth
        await(buckets.put(bucket, BucketSettings.DEFAULT.withVersions(Optional.of(KEPT))));
        FileRecord first = await(store("kept", bytes));
        FileRecord second = await(store("kept", Bytes.seeded(8, CHUNK + 1)));
        await(store("kept", Bytes.seeded(9, CHUNK)));
        FileRecord fourth = await(versions.restore(first.id(), 1, Preconditions.NONE));
        ContentId shared = first.content().contentId();

        // When
        collect(RETENTION_OVER);
        collect(RETENTION_OVER.plus(RETENTION_OVER));
        collect(RETENTION_OVER.plus(RETENTION_OVER).plus(LAST_SWEEP_DUE));

        // Then
        assertThat(await(versions.list(first.id(), FileVersions.NEWEST, 10))).hasSize(1);
        assertThat(rows.state(second.content().contentId())).isEqualTo("none");
        assertThat(await(chunks.read(second.content().contentId(), 0, 2))).isEmpty();
        assertThat(fourth.content().contentId()).isEqualTo(shared);
        assertThat(Bytes.joined(await(files.content(Caller.UNKNOWN, fourth, new Slice(0, fourth.length()))
                        .collect()
                        .asList())))
                .isEqualTo(bytes);
        List<Finding> found = run(JobName.FSCK, DEEP).stream()
                .filter(finding -> finding.kind() != SUSPECT)
                .toList();
        assertThat(kinds(found, shared)).isEmpty();
        assertThat(kinds(found, second.content().contentId())).isEmpty();
    }
}
