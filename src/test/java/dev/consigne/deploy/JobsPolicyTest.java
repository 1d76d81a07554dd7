package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What runs beside the service: the same image, at its time, one at a time. */
class JobsPolicyTest {
    private static final Manifests PROD = Overlay.PROD.manifests();

    private static final Map<String, String> SCHEDULES = Map.of(
            "collector", "*/15 * * * *",
            "fsck", "17 3 * * *",
            "scrub", "5 22 * * *",
            "orphans", "41 4 * * 0");

    @TestFactory
    Stream<DynamicTest> runsEachJobAtItsTimeOneAtATimeAndNotForever() {
        assertThat(PROD.cronJobs()).hasSameSizeAs(SCHEDULES.keySet());
        return SCHEDULES.keySet().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> isRunOneAtATime(job(name), SCHEDULES.get(name))));
    }

    @Test
    void changesNothingButForWhatTheCollectorRemoves() {
        assertThat(arguments("fsck")).containsExactly("fsck");
        assertThat(arguments("scrub")).containsExactly("scrub");
        assertThat(arguments("orphans")).containsExactly("orphans");
        assertThat(arguments("collector")).containsExactly("collector", "--repair", "--unless-running");
    }

    @Test
    void leavesTheChecksToTheCronJobsAndTheCollectorToBoth() {
        assertThat(PROD.environmentOf(PROD.server()))
                .containsEntry("CONSIGNE_JOB_POLL", "off")
                .doesNotContainKey("CONSIGNE_COLLECTOR_EVERY");
        assertThat(PROD.cronJobs())
                .allSatisfy(job -> assertThat(PROD.environmentOf(container(job)))
                        .doesNotContainKeys("QUARKUS_FLYWAY_MIGRATE_AT_START", "QUARKUS_INIT_AND_EXIT"));
    }

    @Test
    void doesNotLookASecondTimeForWhatWasFound() {
        assertThat(PROD.cronJobs()).allSatisfy(cronJob -> {
            JobSpec job = cronJob.getSpec().getJobTemplate().getSpec();
            assertThat(job.getPodFailurePolicy().getRules()).singleElement().satisfies(rule -> {
                assertThat(rule.getAction()).isEqualTo("FailJob");
                assertThat(rule.getOnExitCodes().getOperator()).isEqualTo("In");
                assertThat(rule.getOnExitCodes().getValues()).containsExactly(1, 2);
                assertThat(rule.getOnExitCodes().getContainerName())
                        .isEqualTo(container(cronJob).getName());
            });
        });
    }

    @Test
    void isWatchedFromOutsideWithARunbookForEachAlert() throws IOException {
        JsonNode rules = PROD.kind("PrometheusRule").stream()
                .filter(rule -> rule.at("/metadata/name").asText().equals("consigne-cronjobs"))
                .findFirst()
                .orElseThrow()
                .at("/spec/groups/0/rules");
        assertThat(rules).hasSize(2).allSatisfy(rule -> {
            String page = rule.at("/annotations/runbook_url").asText().replace("https://consigne.dev/runbooks/", "");
            List<String> runbook = Files.readAllLines(Path.of("k8s/runbooks", page + ".md"));
            assertThat(runbook).first().isEqualTo("# " + rule.path("alert").asText());
            assertThat(runbook)
                    .filteredOn(line -> line.startsWith("## "))
                    .containsExactly("## What it means", "## Look first", "## Do", "## Do not");
        });
        assertThat(SCHEDULES.keySet())
                .allSatisfy(job -> assertThat(rules.at("/0/expr").asText())
                        .containsPattern("consigne-\\(.*\\b" + job + "\\b.*\\)-"));
    }

    private static void isRunOneAtATime(CronJob cronJob, String schedule) {
        JobSpec job = cronJob.getSpec().getJobTemplate().getSpec();
        assertThat(cronJob.getSpec().getSchedule()).isEqualTo(schedule);
        assertThat(cronJob.getSpec().getTimeZone()).isEqualTo("Etc/UTC");
        assertThat(cronJob.getSpec().getConcurrencyPolicy()).isEqualTo("Forbid");
        assertThat(cronJob.getSpec().getSuspend()).isNotEqualTo(true);
        assertThat(cronJob.getSpec().getStartingDeadlineSeconds()).isPositive();
        assertThat(cronJob.getSpec().getSuccessfulJobsHistoryLimit()).isEqualTo(3);
        assertThat(cronJob.getSpec().getFailedJobsHistoryLimit()).isEqualTo(3);
        assertThat(job.getBackoffLimit()).isEqualTo(1);
        assertThat(job.getActiveDeadlineSeconds()).isPositive();
        assertThat(job.getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(container(cronJob).getCommand())
                .as("the image's own entry point")
                .isEmpty();
    }

    private static CronJob job(String name) {
        return PROD.named(CronJob.class, "consigne-" + name);
    }

    private static List<String> arguments(String name) {
        return container(job(name)).getArgs();
    }

    private static Container container(CronJob job) {
        return job.getSpec()
                .getJobTemplate()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
    }
}
