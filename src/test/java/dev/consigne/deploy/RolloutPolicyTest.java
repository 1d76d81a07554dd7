package dev.consigne.deploy;

import static dev.consigne.deploy.Manifests.labels;
import static dev.consigne.deploy.Manifests.numberOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the service comes, is watched, scaled, moved and goes. */
class RolloutPolicyTest {
    private static final Manifests PROD = Overlay.PROD.manifests();

    @ParameterizedTest
    @EnumSource
    void replacesAPodOnlyAfterItsSuccessorIsReady(Overlay overlay) {
        assertThat(overlay.manifests()
                        .deployment()
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable())
                .isEqualTo(new IntOrString(0));
        assertThat(overlay.manifests()
                        .deployment()
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxSurge())
                .isEqualTo(new IntOrString(1));
    }

    @Test
    void hasOneReplicaInDevelopmentAndLeavesTheirNumberToTheAutoscalerInProduction() {
        assertThat(Overlay.DEV.manifests().deployment().getSpec().getReplicas()).isEqualTo(1);
        assertThat(PROD.deployment().getSpec().getReplicas()).isNull();
        assertThat(autoscaler().getSpec().getMinReplicas()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void addsReplicasForCpuAndForReservedMemory() {
        assertThat(autoscaler().getSpec().getScaleTargetRef().getName())
                .isEqualTo(PROD.deployment().getMetadata().getName());
        assertThat(autoscaler().getSpec().getMetrics())
                .extracting(MetricSpec::getType)
                .containsExactly("Resource", "Pods");
        assertThat(autoscaler()
                        .getSpec()
                        .getMetrics()
                        .get(0)
                        .getResource()
                        .getTarget()
                        .getAverageUtilization())
                .isEqualTo(70);
        assertThat(autoscaler()
                        .getSpec()
                        .getMetrics()
                        .get(1)
                        .getPods()
                        .getTarget()
                        .getAverageValue()
                        .toString())
                .isEqualTo("700m");
    }

    @Test
    void makesTheMetricOfTheAutoscalerOfMetersThatTheServiceHas() throws IOException {
        JsonNode rule = StrictManifests.plain(
                        Files.readString(Path.of("k8s/components/autoscaling/prometheus-adapter.yaml")))
                .at("/rules/custom/0");
        assertThat(rule.at("/name/as").asText())
                .isEqualTo(autoscaler()
                        .getSpec()
                        .getMetrics()
                        .get(1)
                        .getPods()
                        .getMetric()
                        .getName());
        String manual = Files.readString(Path.of("docs/operations.md"));
        assertThat(Pattern.compile("consigne_\\w+_bytes")
                        .matcher(rule.toString())
                        .results())
                .extracting(MatchResult::group)
                .contains("consigne_memory_reserved_bytes", "consigne_memory_budget_bytes")
                .allSatisfy(meter -> assertThat(manual).contains("`" + meter + "`"));
    }

    @Test
    void takesAReplicaAwayOnlyAfterLongerThanOneNeedsToDrain() {
        var down = autoscaler().getSpec().getBehavior().getScaleDown();
        long grace = PROD.deployment().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
        assertThat(down.getStabilizationWindowSeconds())
                .isGreaterThanOrEqualTo(600)
                .isGreaterThan((int) grace);
        assertThat(down.getPolicies()).singleElement().satisfies(policy -> {
            assertThat(policy.getValue()).isEqualTo(1);
            assertThat(policy.getPeriodSeconds()).isGreaterThan((int) grace);
        });
    }

    @ParameterizedTest
    @EnumSource
    void isProbedOnTheManagementPortAndNeverForTheStores(Overlay overlay) {
        Container server = overlay.manifests().server();
        isProbed(server, server.getStartupProbe(), "/q/health/started");
        isProbed(server, server.getLivenessProbe(), "/q/health/live");
        isProbed(server, server.getReadinessProbe(), "/q/health/ready");
    }

    @ParameterizedTest
    @EnumSource
    void getsAMinuteToStartAndIsKilledOnlyAfterThreeFailures(Overlay overlay) {
        Container server = overlay.manifests().server();
        assertThat(server.getStartupProbe().getPeriodSeconds()
                        * server.getStartupProbe().getFailureThreshold())
                .isGreaterThanOrEqualTo(60);
        assertThat(server.getLivenessProbe().getPeriodSeconds()).isEqualTo(10);
        assertThat(server.getLivenessProbe().getFailureThreshold()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void servesOnWhileTheEndpointsForgetItAndLetsRunningUploadsEndBeforeItIsKilled(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        long preStop = manifests.server().getLifecycle().getPreStop().getSleep().getSeconds();
        long shutdown = Duration.parse("PT" + manifests.settings().get("QUARKUS_SHUTDOWN_TIMEOUT"))
                .toSeconds();
        long grace = manifests.deployment().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
        assertThat(preStop).isEqualTo(10);
        assertThat(shutdown).isEqualTo(120);
        assertThat(grace).isEqualTo(preStop + shutdown + 20);
    }

    @ParameterizedTest
    @EnumSource
    void givesUpOnePodAtATimeWhenANodeIsDrained(Overlay overlay) {
        var budget = overlay.manifests().only(PodDisruptionBudget.class).getSpec();
        assertThat(budget.getMaxUnavailable()).isEqualTo(new IntOrString(1));
        assertThat(budget.getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
    }

    @Test
    void spreadsOverZonesAndNodesAsAWishInDevelopmentAndADemandInProduction() {
        assertThat(spread(Overlay.DEV))
                .extracting(TopologySpreadConstraint::getTopologyKey)
                .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
        assertThat(spread(Overlay.DEV))
                .extracting(TopologySpreadConstraint::getWhenUnsatisfiable)
                .containsOnly("ScheduleAnyway");
        assertThat(spread(Overlay.PROD))
                .extracting(TopologySpreadConstraint::getTopologyKey)
                .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
        assertThat(spread(Overlay.PROD))
                .extracting(TopologySpreadConstraint::getWhenUnsatisfiable)
                .containsOnly("DoNotSchedule");
    }

    @ParameterizedTest
    @EnumSource
    void selectsThePodsThatServeAndNoOthers(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        Map<String, String> selector =
                manifests.deployment().getSpec().getSelector().getMatchLabels();
        assertThat(manifests.templates().get("server").getMetadata().getLabels())
                .containsAllEntriesOf(selector);
        assertThat(manifests.only(Service.class).getSpec().getSelector()).isEqualTo(selector);
        assertThat(labels(manifests.only(PodDisruptionBudget.class).getSpec().getSelector()))
                .isEqualTo(selector);
        assertThat(spread(overlay))
                .allSatisfy(
                        spread -> assertThat(labels(spread.getLabelSelector())).isEqualTo(selector));
        manifests
                .templates()
                .forEach((name, template) -> assertThat(name.equals("server"))
                        .as("what serves nobody must not be served to, or counted: " + name)
                        .isEqualTo(template.getMetadata().getLabels().entrySet().containsAll(selector.entrySet())));
    }

    @ParameterizedTest
    @EnumSource
    void changesTheSchemaInTheJobAlone(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        assertThat(manifests.environmentOf(manifests.server()))
                .containsEntry("QUARKUS_FLYWAY_MIGRATE_AT_START", "false")
                .doesNotContainKey("QUARKUS_INIT_AND_EXIT");
        var job = manifests.migration().getSpec();
        Container migration = job.getTemplate().getSpec().getContainers().get(0);
        assertThat(manifests.environmentOf(migration))
                .containsEntry("QUARKUS_FLYWAY_MIGRATE_AT_START", "true")
                .containsEntry("QUARKUS_INIT_AND_EXIT", "true");
        assertThat(job.getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(job.getActiveDeadlineSeconds()).isPositive();
    }

    private static void isProbed(Container server, Probe probe, String path) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
        assertThat(numberOf(probe.getHttpGet().getPort(), server)).isEqualTo(9000);
    }

    private static List<TopologySpreadConstraint> spread(Overlay overlay) {
        return overlay.manifests()
                .deployment()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getTopologySpreadConstraints();
    }

    private static HorizontalPodAutoscaler autoscaler() {
        return PROD.only(HorizontalPodAutoscaler.class);
    }
}
