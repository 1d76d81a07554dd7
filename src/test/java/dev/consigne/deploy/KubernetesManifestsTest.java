package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests as they are written, and what is refused of them. */
class KubernetesManifestsTest {

    static final Path BASE = Path.of("k8s/base");

    /** What the kustomizations of this project say; whatever else they may say, kustomize would tell. */
    private static final Set<String> KNOWN = Set.of(
            "apiVersion",
            "kind",
            "namespace",
            "resources",
            "components",
            "patches",
            "labels",
            "images",
            "replicas",
            "configMapGenerator");

    static Stream<Path> kustomizations() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("k8s"))) {
            return files.filter(file -> file.endsWith("kustomization.yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void listsEveryManifestBesideItAndNoneThatIsMissing(Path kustomization) throws IOException {
        JsonNode content = StrictManifests.plain(Files.readString(kustomization));
        assertThat(content.fieldNames()).toIterable().isSubsetOf(KNOWN);
        assertThat(content.path("kind").asText())
                .isEqualTo(kustomization.startsWith("k8s/components") ? "Component" : "Kustomization");

        List<String> named = Stream.concat(
                        strings(content.path("resources")),
                        StreamSupport.stream(content.path("patches").spliterator(), false)
                                .map(patch -> patch.path("path").asText())
                                .filter(path -> !path.isEmpty()))
                .toList();
        assertThat(Stream.concat(named.stream(), strings(content.path("components"))))
                .isNotEmpty()
                .allSatisfy(
                        name -> assertThat(kustomization.resolveSibling(name)).exists());
        try (Stream<Path> files = Files.list(kustomization.getParent())) {
            assertThat(files.filter(KubernetesManifestsTest::isManifest)
                            .map(file -> file.getFileName().toString()))
                    .isSubsetOf(named);
        }
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void isReadStrictlyAsItIsWritten(Path kustomization) throws IOException {
        JsonNode content = StrictManifests.plain(Files.readString(kustomization));
        strings(content.path("resources"))
                .map(kustomization::resolveSibling)
                .filter(Files::isRegularFile)
                .forEach(file -> assertThat(StrictManifests.read(read(file)))
                        .as(file.toString())
                        .isNotEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void isReadStrictlyAsItIsRendered(Overlay overlay) {
        assertThat(overlay.manifests().all()).hasSizeGreaterThan(15);
    }

    @Test
    void bringsItsAlertsAndItsDashboard() throws IOException {
        Manifests prod = Overlay.PROD.manifests();
        ConfigMap dashboard = prod.named(ConfigMap.class, "consigne-dashboard");
        assertThat(prod.kind("PrometheusRule"))
                .extracting(rule -> rule.at("/metadata/name").asText())
                .containsExactlyInAnyOrder("consigne", "consigne-cronjobs");
        assertThat(dashboard.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
        assertThat(dashboard.getData().get("dashboard.json"))
                .isEqualTo(read(Path.of("k8s/components/monitoring/dashboard.json")));
    }

    /** A kind that is new here needs a rule of its own before it may run beside the service. */
    @ParameterizedTest
    @EnumSource
    void holdsNoKindThatNoTestLooksAt(Overlay overlay) {
        assertThat(overlay.manifests().all())
                .extracting(HasMetadata::getKind)
                .isSubsetOf(
                        "ClientTrafficPolicy",
                        "Cluster",
                        "ConfigMap",
                        "CronJob",
                        "Deployment",
                        "ExternalSecret",
                        "Gateway",
                        "HTTPRoute",
                        "HorizontalPodAutoscaler",
                        "Ingress",
                        "Job",
                        "MongoDBCommunity",
                        "Namespace",
                        "NetworkPolicy",
                        "ObjectStore",
                        "PerconaServerMongoDB",
                        "PodDisruptionBudget",
                        "PodMonitor",
                        "PrometheusRule",
                        "ScheduledBackup",
                        "SecurityPolicy",
                        "Service",
                        "ServiceAccount",
                        "ValidatingAdmissionPolicy",
                        "ValidatingAdmissionPolicyBinding");
    }

    @Test
    void refusesAFieldThatKubernetesDoesNotKnow() {
        assertThatThrownBy(() -> StrictManifests.read(deployment().replace("  replicas:", "  replicaz:")))
                .hasMessageContaining("replicaz");
        assertThatThrownBy(() -> StrictManifests.read(
                        deployment().replace("readOnlyRootFilesystem:", "readOnlyRootFileSystem:")))
                .hasMessageContaining("readOnlyRootFileSystem");
    }

    @Test
    void refusesAManifestWithoutAFieldThatKubernetesAsksFor() {
        assertThatThrownBy(() ->
                        StrictManifests.read(read(BASE.resolve("fsck.yaml")).replaceAll("\n  schedule: .*", "")))
                .hasMessageContaining("schedule");
        assertThatThrownBy(() -> StrictManifests.read(deployment().replace("- name: consigne\n", "- tty: false\n")))
                .hasMessageContaining("name");
    }

    @Test
    void refusesAValueOfAnotherType() {
        assertThatThrownBy(() -> StrictManifests.read(deployment().replace("replicas: 2", "replicas: two")))
                .hasMessageContaining("replicas");
    }

    @Test
    void refusesAKeyThatIsThereTwice() {
        assertThatThrownBy(
                        () -> StrictManifests.read(deployment().replace("replicas: 2", "replicas: 2\n  replicas: 3")))
                .hasMessageContaining("duplicate key replicas");
    }

    @Test
    void refusesAKindThatKubernetesDoesNotKnow() {
        assertThatThrownBy(() -> StrictManifests.read(deployment().replace("kind: Deployment", "kind: Deploymint")))
                .hasMessageContaining("Deploymint");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "overlays/prod/postgres.yaml|failoverQuorum:|failoverQuorums:",
                "overlays/prod/postgres.yaml|instances: 3|instances: three",
                "overlays/prod/postgres.yaml|method: any|method: all",
                "overlays/prod/postgres.yaml|      method: any\n|",
                "overlays/prod/backup.yaml|barmancloud.cnpg.io/v1|barmancloud.cnpg.io/v2",
                "overlays/prod/backup.yaml|    destinationPath: s3://consigne-backup/postgres\n|",
                "overlays/prod/mongodb.yaml|maxUnavailable: 1|maxUnavailables: 1",
                "overlays/prod/mongodb.yaml|storageName: s3|storage: s3",
                "overlays/dev/mongodb.yaml|modes: [SCRAM]|modes: [SCRUM]",
                "overlays/dev/mongodb.yaml|  type: ReplicaSet\n|",
                "components/gateway/httproute.yaml|request: 0s|request: 0 s",
                "components/gateway/clienttrafficpolicy.yaml|streamIdleTimeout|streamIdle",
                "components/gateway/securitypolicy.yaml|defaultAction: Deny|defaultAction: Refuse",
                "components/external-secrets/stores.yaml|deletionPolicy: Retain|deletionPolicy: Keep",
                "components/admission/images.yaml|failurePolicy: Fail|failPolicy: Fail",
                "components/admission/images.yaml|  validationActions: [Deny]\n|  validationActions: Deny\n",
                "components/monitoring/podmonitor.yaml|interval: 30s|interval: 30 seconds",
                "components/monitoring/podmonitor.yaml|  selector:|  select:"
            })
    void refusesACustomResourceThatItsOperatorWouldNotTake(String change) {
        String[] parts = change.split("\\|", 3);
        String before = read(Path.of("k8s", parts[0]));
        String after = before.replaceFirst(Pattern.quote(parts[1]), parts[2]);
        assertThat(after).isNotEqualTo(before);
        assertThatThrownBy(() -> StrictManifests.read(after)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String deployment() {
        return read(BASE.resolve("deployment.yaml"));
    }

    /** What kustomize takes; values for the chart of another project are not. */
    private static boolean isManifest(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".yaml") && !name.equals("kustomization.yaml") && !name.equals("prometheus-adapter.yaml");
    }

    private static Stream<String> strings(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
