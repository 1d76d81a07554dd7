package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The manifests as the contract asks about them; where they come from is for each test of them to say. */
abstract class ManifestView {
    private static final String CREDENTIALS_IN_ADDRESS = ".*://[^/\\s]+@.*";
    private static final String SECRET_NAME = "(?i).*(password|username|secret|token|credential|connection_string).*";

    abstract List<HasMetadata> manifests();

    /** The settings every workload gets from the generated ConfigMap. */
    abstract Map<String, String> settings();

    /** The image a container runs in the end. */
    abstract String imageOf(Container container);

    void isProbed(Probe probe, String path) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
        assertThat(numberOf(probe.getHttpGet().getPort(), server())).isEqualTo(9000);
    }

    static void isNoSecret(String name, String value) {
        assertThat(name).doesNotMatch(SECRET_NAME);
        assertThat(value).doesNotMatch(CREDENTIALS_IN_ADDRESS);
    }

    Deployment deployment() {
        return only(Deployment.class);
    }

    Job job() {
        return only(Job.class);
    }

    CronJob cronJob() {
        return only(CronJob.class);
    }

    Container server() {
        return deployment().getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    Map<String, PodTemplateSpec> templates() {
        return Map.of(
                "server", deployment().getSpec().getTemplate(),
                "migration", job().getSpec().getTemplate(),
                "fsck", cronJob().getSpec().getJobTemplate().getSpec().getTemplate());
    }

    Map<String, PodSpec> pods() {
        Map<String, PodSpec> pods = new LinkedHashMap<>();
        templates().forEach((name, template) -> pods.put(name, template.getSpec()));
        return pods;
    }

    List<Container> containers() {
        return pods().values().stream()
                .flatMap(pod -> Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()))
                .toList();
    }

    Map<String, String> environmentOf(Container container) {
        assertThat(container.getEnvFrom())
                .singleElement()
                .satisfies(
                        source -> assertThat(source.getConfigMapRef().getName()).startsWith("consigne-settings"));
        Map<String, String> environment = new LinkedHashMap<>(settings());
        container.getEnv().forEach(variable -> environment.put(variable.getName(), variable.getValue()));
        return environment;
    }

    Stream<NetworkPolicy> policiesFor(PodTemplateSpec template) {
        return all(NetworkPolicy.class).stream()
                .filter(policy -> template.getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(labels(policy.getSpec().getPodSelector()).entrySet()));
    }

    List<NetworkPolicyIngressRule> ingressTo(int port) {
        return policiesFor(deployment().getSpec().getTemplate())
                .flatMap(policy -> policy.getSpec().getIngress().stream())
                .filter(rule -> ports(rule.getPorts()).contains(port + "/TCP"))
                .toList();
    }

    static List<String> ports(List<NetworkPolicyPort> ports) {
        return ports.stream()
                .map(port -> port.getPort().getIntVal() + "/" + port.getProtocol())
                .toList();
    }

    static Map<String, String> labels(LabelSelector selector) {
        return selector == null ? Map.of() : Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
    }

    static int numberOf(IntOrString port, Container container) {
        return port.getStrVal() == null
                ? port.getIntVal()
                : container.getPorts().stream()
                        .filter(named -> port.getStrVal().equals(named.getName()))
                        .mapToInt(ContainerPort::getContainerPort)
                        .findFirst()
                        .orElseThrow();
    }

    static VolumeMount mountAt(PodSpec pod, String path) {
        return pod.getContainers().stream()
                .flatMap(container -> container.getVolumeMounts().stream())
                .filter(mount -> mount.getMountPath().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is mounted at " + path));
    }

    static Volume volumeMountedAt(PodSpec pod, String path) {
        String name = mountAt(pod, path).getName();
        return pod.getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no volume " + name));
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return manifests().stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> T only(Class<T> type) {
        assertThat(all(type)).as(type.getSimpleName()).hasSize(1);
        return all(type).get(0);
    }
}
