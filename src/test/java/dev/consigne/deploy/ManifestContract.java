package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the manifests promise, whether read as they are written or as kustomize renders them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ManifestContract extends ManifestView {

    private static final String CLIENT_LABEL = "consigne.dev/client";

    @Test
    void holdsNoKindThatThisContractDoesNotLookAt() {
        assertThat(manifests())
                .extracting(HasMetadata::getKind)
                .isSubsetOf(
                        "ConfigMap",
                        "CronJob",
                        "Deployment",
                        "Job",
                        "Namespace",
                        "NetworkPolicy",
                        "PodDisruptionBudget",
                        "Service",
                        "ServiceAccount");
    }

    @Test
    void refusesPodsThatAreNotRestricted() {
        assertThat(only(Namespace.class).getMetadata().getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    }

    @Test
    void runsAsANumberedUserThatIsNotRoot() {
        assertThat(pods()).allSatisfy((name, pod) -> {
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        });
        assertThat(containers()).extracting(Container::getSecurityContext).allSatisfy(security -> {
            assertThat(security.getRunAsUser()).isNull();
            assertThat(security.getRunAsNonRoot()).isNull();
        });
    }

    @Test
    void cannotGainPrivileges() {
        assertThat(containers()).extracting(Container::getSecurityContext).allSatisfy(security -> {
            assertThat(security.getAllowPrivilegeEscalation()).isFalse();
            assertThat(security.getPrivileged()).isNotEqualTo(true);
            assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(security.getCapabilities().getAdd()).isEmpty();
        });
    }

    @Test
    void keepsTheSystemCallFilterOfTheRuntime() {
        assertThat(pods())
                .allSatisfy((name, pod) -> assertThat(
                                pod.getSecurityContext().getSeccompProfile().getType())
                        .isEqualTo("RuntimeDefault"));
        assertThat(containers())
                .allSatisfy(
                        container -> assertThat(container.getSecurityContext().getSeccompProfile())
                                .isNull());
    }

    @Test
    void cannotWriteToItsImage() {
        assertThat(containers())
                .allSatisfy(
                        container -> assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                                .isTrue());
    }

    @Test
    void hasABoundedPlaceForTemporaryFiles() {
        assertThat(pods()).allSatisfy((name, pod) -> {
            assertThat(volumeMountedAt(pod, "/tmp").getEmptyDir()).isNotNull();
            assertThat(pod.getVolumes())
                    .filteredOn(volume -> volume.getEmptyDir() != null)
                    .allSatisfy(volume ->
                            assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull());
        });
    }

    @Test
    void sharesNothingWithItsNode() {
        assertThat(pods()).allSatisfy((name, pod) -> {
            assertThat(pod.getHostNetwork()).isNotEqualTo(true);
            assertThat(pod.getHostPID()).isNotEqualTo(true);
            assertThat(pod.getHostIPC()).isNotEqualTo(true);
            assertThat(pod.getVolumes()).extracting(Volume::getHostPath).containsOnlyNulls();
        });
    }

    @Test
    void cannotTalkToTheKubernetesApi() {
        ServiceAccount account = only(ServiceAccount.class);
        assertThat(account.getAutomountServiceAccountToken()).isFalse();
        assertThat(pods()).allSatisfy((name, pod) -> {
            assertThat(pod.getServiceAccountName())
                    .isEqualTo(account.getMetadata().getName());
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getEnableServiceLinks()).isFalse();
        });
    }

    @Test
    void namesTheVersionOfItsImage() {
        assertThat(containers())
                .extracting(this::imageOf)
                .allSatisfy(image -> assertThat(image).matches(".+(:[^:/]+|@sha256:[0-9a-f]{64})"))
                .allSatisfy(image -> assertThat(image).doesNotEndWith(":latest"));
    }

    @Test
    void getsTheMemoryItAsksForAndNoMore() {
        assertThat(containers()).extracting(Container::getResources).allSatisfy(resources -> {
            Map<String, Quantity> requests = resources.getRequests();
            Map<String, Quantity> limits = resources.getLimits();
            assertThat(requests).containsKeys("cpu", "memory", "ephemeral-storage");
            assertThat(limits).containsKeys("memory", "ephemeral-storage");
            assertThat(limits.get("memory")).isEqualTo(requests.get("memory"));
        });
    }

    @Test
    void keepsSecretsOutOfTheEnvironment() {
        assertThat(containers()).allSatisfy(container -> {
            assertThat(environmentOf(container)).allSatisfy(ManifestContract::isNoSecret);
            assertThat(container.getEnvFrom())
                    .allSatisfy(source -> assertThat(source.getSecretRef()).isNull());
            assertThat(container.getEnv())
                    .allSatisfy(variable -> assertThat(variable.getValueFrom()).isNull());
        });
    }

    @Test
    void readsItsSecretsFromAFileItCannotChange() {
        Path file = Path.of(settings().get("QUARKUS_CONFIG_LOCATIONS"));
        assertThat(pods()).allSatisfy((name, pod) -> {
            String directory = file.getParent().toString();
            assertThat(volumeMountedAt(pod, directory).getSecret().getItems())
                    .anySatisfy(item -> assertThat(item.getPath())
                            .isEqualTo(file.getFileName().toString()));
            assertThat(mountAt(pod, directory).getReadOnly()).isTrue();
        });
    }

    @Test
    void keepsTheLoginThatOwnsTheSchemaFromTheService() {
        String directory =
                Path.of(settings().get("QUARKUS_CONFIG_LOCATIONS")).getParent().toString();
        Map<String, String> secrets = new LinkedHashMap<>();
        pods().forEach((name, pod) ->
                secrets.put(name, volumeMountedAt(pod, directory).getSecret().getSecretName()));
        assertThat(secrets.remove("migration")).isNotEmpty().isNotIn(secrets.values());
        assertThat(secrets.values())
                .as("everything else uses the service's login")
                .hasSize(2);
        assertThat(secrets.get("fsck")).isEqualTo(secrets.get("server"));
    }

    @Test
    void saysThatItIsOpenOnlyWhereThePolicyLimitsItsClients() {
        assertThat(settings()).containsEntry("CONSIGNE_ACCESS", "open");
        assertThat(ingressTo(8080))
                .isNotEmpty()
                .allSatisfy(rule -> assertThat(rule.getFrom()).isNotEmpty().allSatisfy(peer -> {
                    assertThat(labels(peer.getNamespaceSelector())).containsEntry(CLIENT_LABEL, "true");
                    assertThat(labels(peer.getPodSelector())).containsEntry(CLIENT_LABEL, "true");
                    assertThat(peer.getIpBlock()).isNull();
                }));
    }

    @Test
    void showsItsMetricsToTheMonitoringOnly() {
        assertThat(ingressTo(9000))
                .isNotEmpty()
                .allSatisfy(rule -> assertThat(rule.getFrom())
                        .isNotEmpty()
                        .allSatisfy(peer -> assertThat(labels(peer.getNamespaceSelector()))
                                .containsEntry("kubernetes.io/metadata.name", "monitoring")));
    }

    @Test
    void deniesTrafficThatNoPolicyNames() {
        assertThat(all(NetworkPolicy.class)).anySatisfy(policy -> {
            assertThat(labels(policy.getSpec().getPodSelector())).isEmpty();
            assertThat(policy.getSpec().getPodSelector().getMatchExpressions()).isEmpty();
            assertThat(policy.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        });
        assertThat(all(NetworkPolicy.class).stream().flatMap(policy -> policy.getSpec().getIngress().stream()))
                .allSatisfy(rule -> assertThat(ports(rule.getPorts())).isSubsetOf("8080/TCP", "9000/TCP"))
                .allSatisfy(rule -> assertThat(rule.getPorts()).isNotEmpty());
    }

    @Test
    void reachesNameServiceAndStoresAndNothingElse() {
        assertThat(templates()).allSatisfy((name, template) -> {
            List<NetworkPolicyPort> allowed = policiesFor(template)
                    .flatMap(policy -> policy.getSpec().getEgress().stream())
                    .peek(rule -> assertThat(rule.getPorts()).isNotEmpty())
                    .flatMap(rule -> rule.getPorts().stream())
                    .toList();
            assertThat(ports(allowed)).containsExactlyInAnyOrder("53/UDP", "53/TCP", "5432/TCP", "27017/TCP");
        });
    }

    @Test
    void replacesAPodOnlyAfterItsSuccessorIsReady() {
        assertThat(deployment().getSpec().getReplicas()).isGreaterThanOrEqualTo(2);
        assertThat(deployment().getSpec().getStrategy().getRollingUpdate().getMaxUnavailable())
                .isEqualTo(new IntOrString(0));
        assertThat(deployment().getSpec().getStrategy().getRollingUpdate().getMaxSurge())
                .isEqualTo(new IntOrString(1));
    }

    @Test
    void selectsItsOwnPods() {
        Map<String, String> pod =
                deployment().getSpec().getTemplate().getMetadata().getLabels();
        Map<String, String> selector = deployment().getSpec().getSelector().getMatchLabels();
        assertThat(pod).containsAllEntriesOf(selector);
        assertThat(only(Service.class).getSpec().getSelector()).isEqualTo(selector);
        assertThat(only(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels())
                .isEqualTo(selector);
        assertThat(deployment().getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .extracting(spread -> spread.getTopologyKey())
                .containsExactlyInAnyOrder("topology.kubernetes.io/zone", "kubernetes.io/hostname");
        assertThat(deployment().getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .allSatisfy(
                        spread -> assertThat(labels(spread.getLabelSelector())).isEqualTo(selector));
        assertThat(List.of(templates().get("migration"), templates().get("fsck")))
                .as("what serves nobody must not be served to, or counted")
                .allSatisfy(template -> assertThat(template.getMetadata().getLabels())
                        .doesNotContainEntry(
                                "app.kubernetes.io/component", selector.get("app.kubernetes.io/component")));
    }

    @Test
    void givesUpOnePodAtATimeWhenANodeIsDrained() {
        assertThat(only(PodDisruptionBudget.class).getSpec().getMaxUnavailable())
                .isEqualTo(new IntOrString(1));
        assertThat(only(PodDisruptionBudget.class).getSpec().getUnhealthyPodEvictionPolicy())
                .isEqualTo("AlwaysAllow");
    }

    @Test
    void publishesTheApiAndNotTheManagement() {
        assertThat(only(Service.class).getSpec().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(8080);
            assertThat(numberOf(port.getTargetPort(), server())).isEqualTo(8080);
        });
    }

    @Test
    void isProbedOnTheManagementPort() {
        isProbed(server().getStartupProbe(), "/q/health/started");
        isProbed(server().getLivenessProbe(), "/q/health/live");
        isProbed(server().getReadinessProbe(), "/q/health/ready");
    }

    @Test
    void getsAMinuteToStartAndIsKilledOnlyAfterThreeFailures() {
        assertThat(server().getStartupProbe().getPeriodSeconds()
                        * server().getStartupProbe().getFailureThreshold())
                .isGreaterThanOrEqualTo(60);
        assertThat(server().getLivenessProbe().getPeriodSeconds()).isEqualTo(10);
        assertThat(server().getLivenessProbe().getFailureThreshold()).isEqualTo(3);
    }

    @Test
    void letsRunningUploadsEndBeforeItIsKilled() {
        long preStop = server().getLifecycle().getPreStop().getSleep().getSeconds();
        long shutdown = Duration.parse("PT" + settings().get("QUARKUS_SHUTDOWN_TIMEOUT"))
                .toSeconds();
        long grace = deployment().getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds();
        assertThat(preStop).isPositive();
        assertThat(shutdown).isPositive();
        assertThat(grace).isGreaterThan(preStop + shutdown);
    }

    @Test
    void changesTheSchemaInTheJobAlone() {
        assertThat(environmentOf(server()))
                .containsEntry("QUARKUS_FLYWAY_MIGRATE_AT_START", "false")
                .doesNotContainKey("QUARKUS_INIT_AND_EXIT");
        Container migration =
                job().getSpec().getTemplate().getSpec().getContainers().get(0);
        assertThat(environmentOf(migration))
                .containsEntry("QUARKUS_FLYWAY_MIGRATE_AT_START", "true")
                .containsEntry("QUARKUS_INIT_AND_EXIT", "true");
        assertThat(imageOf(migration)).isEqualTo(imageOf(server()));
        assertThat(job().getSpec().getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(job().getSpec().getActiveDeadlineSeconds()).isPositive();
    }

    @Test
    void comparesTheStoresOnceADayOneAtATimeAndChangesNothing() {
        CronJobSpec spec = cronJob().getSpec();
        JobSpec job = spec.getJobTemplate().getSpec();
        Container fsck = job.getTemplate().getSpec().getContainers().get(0);

        assertThat(spec.getSchedule()).matches("\\d+ \\d+ \\* \\* \\*");
        assertThat(spec.getConcurrencyPolicy()).isEqualTo("Forbid");
        assertThat(spec.getSuspend()).isNotEqualTo(true);
        assertThat(job.getBackoffLimit()).isEqualTo(1);
        assertThat(job.getActiveDeadlineSeconds()).isPositive();
        assertThat(job.getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(fsck.getArgs()).containsExactly("fsck");
        assertThat(fsck.getCommand()).as("the image's own entry point").isEmpty();
        assertThat(imageOf(fsck)).isEqualTo(imageOf(server()));
        assertThat(environmentOf(fsck)).doesNotContainKeys("QUARKUS_FLYWAY_MIGRATE_AT_START", "QUARKUS_INIT_AND_EXIT");
    }

    @Test
    void doesNotLookASecondTimeForWhatWasFound() {
        JobSpec job = cronJob().getSpec().getJobTemplate().getSpec();

        assertThat(job.getPodFailurePolicy().getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getAction()).isEqualTo("FailJob");
            assertThat(rule.getOnExitCodes().getOperator()).isEqualTo("In");
            assertThat(rule.getOnExitCodes().getValues()).containsExactly(1, 2);
            assertThat(rule.getOnExitCodes().getContainerName())
                    .isEqualTo(
                            job.getTemplate().getSpec().getContainers().get(0).getName());
        });
    }
}
