package dev.consigne.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.ContentId;
import dev.consigne.job.Finding;
import dev.consigne.job.FindingKind;
import dev.consigne.job.HeldException;
import dev.consigne.job.JobEnd;
import dev.consigne.job.JobLog.Next;
import dev.consigne.job.JobName;
import dev.consigne.job.JobOrder;
import dev.consigne.job.JobRun;
import dev.consigne.job.JobStep;
import dev.consigne.job.StoreMarks;
import dev.consigne.testing.Samples;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has a job, what becomes of a run whose process is gone, and what a hold leaves alone. */
@QuarkusTest
class JobLogTest extends WithJobs {
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration LAPSED = Duration.ofMinutes(3);

    @Inject
    StoreMarks.OfCatalog marks;

    private final ContentId content = Samples.newContent();

    @BeforeEach
    @AfterEach
    void noRunIsLeft() {
        rows.change("DELETE FROM finding WHERE job = 'scrub'");
        rows.change("DELETE FROM job WHERE name = 'scrub'");
    }

    @Test
    void givesAJobToOneProcessAtATime() {
        assertThat(claim(JobOrder.REPORT)).isPresent();

        assertThat(claim(JobOrder.REPORT)).isEmpty();
        assertThat(await(runner.run(JobName.SCRUB, JobOrder.REPORT, Duration.ZERO)))
                .isEmpty();
    }

    @Test
    void goesOnWithTheRunOfAProcessThatIsGoneAtItsCheckpointAndAsItWasOrdered() {
        // Given
        JobRun first = claim(DEEP).orElseThrow();
        assertThat(advance(first, "catalog:" + content)).isEqualTo(Next.GO_ON);
        clock.ahead(LAPSED);

        // When
        JobRun second = claim(JobOrder.REPAIR).orElseThrow();

        // Then
        assertThat(second.run()).isEqualTo(first.run());
        assertThat(second.order()).isEqualTo(DEEP);
        assertThat(second.checkpoint()).isEqualTo("catalog:" + content);
        assertThat(second.examined()).isEqualTo(1);
        assertThat(kinds(findings(JobName.SCRUB), content)).containsExactly(FindingKind.MISSING_CHUNKS);
        assertThat(advance(first, "catalog:")).as("of the process that woke up").isEqualTo(Next.LOST);
        assertThat(await(log.renew(first, LEASE))).isFalse();
        assertThat(advance(second, "catalog:")).isEqualTo(Next.GO_ON);
    }

    @Test
    void keepsALeaseThatIsRenewed() {
        JobRun run = claim(JobOrder.REPORT).orElseThrow();
        clock.ahead(Duration.ofMinutes(1));
        assertThat(await(log.renew(run, LEASE))).isTrue();
        clock.ahead(LAPSED.minusSeconds(30));

        assertThat(claim(JobOrder.REPORT)).isEmpty();
    }

    @Test
    void beginsNoRunBeforeItIsDue() {
        JobRun run = claim(JobOrder.REPORT).orElseThrow();
        await(log.end(run, JobEnd.DONE, ""));

        assertThat(await(log.claim(JobName.SCRUB, JobOrder.REPORT, Duration.ofDays(1), LEASE)))
                .isEmpty();
        clock.ahead(Duration.ofDays(1).plusMinutes(1));
        assertThat(await(log.claim(JobName.SCRUB, JobOrder.REPORT, Duration.ofDays(1), LEASE)))
                .isPresent();
    }

    @Test
    void stopsARunThatIsAskedTo() {
        JobRun run = claim(JobOrder.REPORT).orElseThrow();
        assertThat(await(log.requestStop(JobName.SCRUB))).isTrue();

        assertThat(advance(run, "catalog:")).isEqualTo(Next.STOP);
    }

    /** It is what the operator is told to read before the release. */
    @Test
    void leavesTheReportToARunThatIsHeld() {
        // Given
        advance(claim(JobOrder.REPORT).orElseThrow(), "catalog:");
        clock.ahead(LAPSED);
        await(log.end(claim(JobOrder.REPORT).orElseThrow(), JobEnd.DONE, ""));
        letTheGuardSeeTheClock();
        await(marks.hold("a test says so"));

        // When
        JobEnd end = end(JobName.SCRUB, JobOrder.REPAIR);

        // Then
        await(guard.release());
        assertThat(end).isEqualTo(JobEnd.HELD);
        assertThat(kinds(findings(JobName.SCRUB), content)).containsExactly(FindingKind.MISSING_CHUNKS);
        await(guard.pass().onFailure(HeldException.class).recoverWithNull());
    }

    private Optional<JobRun> claim(JobOrder order) {
        return await(log.claim(JobName.SCRUB, order, Duration.ZERO, LEASE));
    }

    private Next advance(JobRun run, String checkpoint) {
        Finding finding = new Finding(
                FindingKind.MISSING_CHUNKS, content, Optional.empty(), Optional.empty(), "chunks missing: 1 (0)");
        return await(log.advance(run, new JobStep(checkpoint, true, 1, 0, 0, List.of(finding)), LEASE));
    }
}
