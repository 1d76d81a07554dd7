package dev.consigne.deploy;

import static dev.consigne.deploy.Manifests.volumeMountedAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pod of ours may do and use, in both overlays. */
class PodPolicyTest {
    private static final Dockerfile.Stage JVM_IMAGE =
            Dockerfile.read(Path.of("docker/Dockerfile.jvm")).image();
    private static final Pattern DIGEST = Pattern.compile("@sha256:[0-9a-f]{64}$");

    @ParameterizedTest
    @EnumSource
    void livesInANamespaceThatRefusesPodsThatAreNotRestricted(Overlay overlay) {
        assertThat(overlay.manifests()
                        .named(Namespace.class, "consigne")
                        .getMetadata()
                        .getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
        assertThat(overlay.manifests().deployment().getMetadata().getNamespace())
                .isEqualTo("consigne");
    }

    @ParameterizedTest
    @EnumSource
    void runsAsANumberedUserThatIsNotRoot(Overlay overlay) {
        assertThat(overlay.manifests().pods()).hasSize(6).allSatisfy((name, pod) -> {
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        });
        assertThat(overlay.manifests().containers())
                .extracting(Container::getSecurityContext)
                .allSatisfy(security -> {
                    assertThat(security.getRunAsUser()).isNull();
                    assertThat(security.getRunAsNonRoot()).isNull();
                });
    }

    @ParameterizedTest
    @EnumSource
    void cannotGainPrivileges(Overlay overlay) {
        assertThat(overlay.manifests().containers())
                .extracting(Container::getSecurityContext)
                .allSatisfy(security -> {
                    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
                    assertThat(security.getPrivileged()).isNotEqualTo(true);
                    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
                    assertThat(security.getCapabilities().getAdd()).isEmpty();
                });
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheSystemCallFilterOfTheRuntime(Overlay overlay) {
        assertThat(overlay.manifests().pods())
                .allSatisfy((name, pod) -> assertThat(
                                pod.getSecurityContext().getSeccompProfile().getType())
                        .isEqualTo("RuntimeDefault"));
        assertThat(overlay.manifests().containers())
                .allSatisfy(
                        container -> assertThat(container.getSecurityContext().getSeccompProfile())
                                .isNull());
    }

    @ParameterizedTest
    @EnumSource
    void cannotWriteToItsImage(Overlay overlay) {
        assertThat(overlay.manifests().containers())
                .allSatisfy(
                        container -> assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                                .isTrue());
    }

    @ParameterizedTest
    @EnumSource
    void hasABoundedPlaceForTemporaryFiles(Overlay overlay) {
        assertThat(overlay.manifests().pods()).allSatisfy((name, pod) -> {
            assertThat(volumeMountedAt(pod, "/tmp").getEmptyDir()).isNotNull();
            assertThat(pod.getVolumes())
                    .filteredOn(volume -> volume.getEmptyDir() != null)
                    .allSatisfy(volume ->
                            assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull());
        });
    }

    @ParameterizedTest
    @EnumSource
    void sharesNothingWithItsNode(Overlay overlay) {
        assertThat(overlay.manifests().pods()).allSatisfy((name, pod) -> {
            assertThat(pod.getHostNetwork()).isNotEqualTo(true);
            assertThat(pod.getHostPID()).isNotEqualTo(true);
            assertThat(pod.getHostIPC()).isNotEqualTo(true);
            assertThat(pod.getVolumes()).extracting(Volume::getHostPath).containsOnlyNulls();
        });
    }

    @ParameterizedTest
    @EnumSource
    void hasAnAccountOfItsOwnThatCannotTalkToTheKubernetesApi(Overlay overlay) {
        ServiceAccount account = overlay.manifests().only(ServiceAccount.class);
        assertThat(account.getAutomountServiceAccountToken()).isFalse();
        assertThat(overlay.manifests().pods()).allSatisfy((name, pod) -> {
            assertThat(pod.getServiceAccountName())
                    .isEqualTo(account.getMetadata().getName());
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getEnableServiceLinks()).isFalse();
        });
    }

    @ParameterizedTest
    @EnumSource
    void runsOneImageOfANamedVersion(Overlay overlay) {
        assertThat(overlay.manifests().containers())
                .extracting(Container::getImage)
                .allSatisfy(image ->
                        assertThat(image).matches(".+(:[^:/]+|" + DIGEST + ")").doesNotEndWith(":latest"))
                .containsOnly(overlay.manifests().server().getImage());
    }

    /** Whoever forgets to name the image gets pods that never start: `.invalid` is no registry (RFC 6761), zeros no digest. */
    @Test
    void runsAnImageByDigestInProductionAndNoneUntilItIsNamed() {
        assertThat(Overlay.PROD.manifests().server().getImage())
                .containsPattern(DIGEST)
                .startsWith("registry.invalid/")
                .endsWith("@sha256:" + "0".repeat(64));
    }

    @Test
    void isRefusedByTheApiServerUntilItsImageIsNamedByDigest() {
        Manifests prod = Overlay.PROD.manifests();
        JsonNode policy = prod.only("ValidatingAdmissionPolicy");
        JsonNode binding = prod.only("ValidatingAdmissionPolicyBinding").path("spec");
        assertThat(policy.at("/spec/failurePolicy").asText()).isEqualTo("Fail");
        assertThat(policy.at("/spec/matchConstraints/resourceRules/0/resources/0")
                        .asText())
                .isEqualTo("pods");
        assertThat(policy.at("/spec/matchConstraints/objectSelector/matchLabels")
                        .properties())
                .isNotEmpty()
                .allSatisfy(label -> assertThat(prod.templates())
                        .allSatisfy((name, template) -> assertThat(
                                        template.getMetadata().getLabels())
                                .containsEntry(label.getKey(), label.getValue().asText())));
        assertThat(policy.at("/spec/validations"))
                .extracting(rule -> rule.path("expression").asText())
                .containsExactly(
                        "object.spec.containers.all(container, container.image.matches('@sha256:[0-9a-f]{64}$'))",
                        "object.spec.containers.all(container, !container.image.matches('@sha256:0{64}$'))");
        assertThat(binding.path("policyName").asText())
                .isEqualTo(policy.at("/metadata/name").asText());
        assertThat(binding.at("/validationActions/0").asText()).isEqualTo("Deny");
        assertThat(binding.at("/matchResources/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
                        .asText())
                .isEqualTo(prod.deployment().getMetadata().getNamespace());
    }

    @ParameterizedTest
    @EnumSource
    void getsTheMemoryItAsksForAndNoMore(Overlay overlay) {
        assertThat(overlay.manifests().containers())
                .extracting(Container::getResources)
                .allSatisfy(resources -> {
                    Map<String, Quantity> requests = resources.getRequests();
                    Map<String, Quantity> limits = resources.getLimits();
                    assertThat(requests).containsKeys("cpu", "memory", "ephemeral-storage");
                    assertThat(limits).containsOnlyKeys("memory", "ephemeral-storage");
                    assertThat(limits.get("memory")).isEqualTo(requests.get("memory"));
                });
    }

    /**
     * The image's own flags are for a limit of 1 GiB; another limit brings its own, which win unless the image names its on
     * the command line.
     */
    @ParameterizedTest
    @EnumSource
    void hasAHeapOfHalfItsMemoryAndDirectMemoryOfAQuarter(Overlay overlay) {
        assertThat(overlay.manifests().containers()).allSatisfy(container -> {
            long memory = Quantity.getAmountInBytes(
                                    container.getResources().getLimits().get("memory"))
                            .longValueExact()
                    >> 20;
            String flags = container.getEnv().stream()
                    .filter(variable -> variable.getName().equals("JDK_JAVA_OPTIONS"))
                    .map(EnvVar::getValue)
                    .findFirst()
                    .orElse(JVM_IMAGE.last("ENV"));
            assertThat(JVM_IMAGE.last("ENTRYPOINT")).doesNotContain("-Xmx", "MaxDirectMemorySize");
            assertThat(mebibytes(flags, "-Xmx")).isEqualTo(memory / 2);
            assertThat(mebibytes(flags, "-XX:MaxDirectMemorySize=")).isEqualTo(memory / 4);
        });
    }

    private static long mebibytes(String flags, String flag) {
        Matcher size = Pattern.compile(Pattern.quote(flag) + "(\\d+)([mg])").matcher(flags);
        assertThat(size.find()).as(flag + " in " + flags).isTrue();
        return Long.parseLong(size.group(1)) * (size.group(2).equals("g") ? 1024 : 1);
    }
}
