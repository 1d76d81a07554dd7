package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileRecord;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobLog;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRunner;
import dev.consigne.testing.StoredChunks;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damage is planted behind the service's back; the check finds exactly that, and mends what needs no guess. */
@QuarkusTest
class FsckTest extends WithStores {
    private static final JobOrder DEEP = new JobOrder(JobOrder.Mode.REPORT, true);

    @Inject
    JobRunner runner;

    @Inject
    JobLog log;

    @Inject
    ReactiveMongoClient mongo;

    @Test
    void findsNothingWhereNothingIsWrong() {
        await(store("sound", bytes));

        assertThat(fsck(DEEP)).noneMatch(finding -> finding.bucket().equals(java.util.Optional.of(bucket)));
    }

    @Test
    void findsAMissingChunkByItsNameAlone() {
        FileRecord file = await(store("torn", bytes));
        new StoredChunks(mongo).delete(file.content().contentId().value(), 1);

        List<Finding> found = fsck(JobOrder.REPORT);

        assertThat(found)
                .filteredOn(finding -> finding.contentId().equals(file.content().contentId()))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(FindingKind.MISSING_CHUNKS);
                    assertThat(finding.detail()).isEqualTo("chunks missing: 1 (1)");
                });
        assertState(file.content().contentId(), "LIVE");
    }

    private List<Finding> fsck(JobOrder order) {
        assertThat(await(runner.run(JobName.FSCK, order, Duration.ZERO))).contains(JobEnd.DONE);
        return await(log.findings(JobName.FSCK, 0, 1000)).stream()
                .map(JobLog.Numbered::finding)
                .toList();
    }
}
