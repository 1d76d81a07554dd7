package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
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

/** Rendered manifests, as the tests of what they promise ask about them. */
record Manifests(List<HasMetadata> all) {
    private static final ObjectMapper JSON = new ObjectMapper();

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> T only(Class<T> type) {
        assertThat(all(type)).as(type.getSimpleName()).hasSize(1);
        return all(type).get(0);
    }

    <T extends HasMetadata> T named(Class<T> type, String name) {
        return all(type).stream()
                .filter(manifest -> manifest.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
    }

    /** The one resource of this kind, whether the client has a class for it or not. */
    JsonNode only(String kind) {
        List<JsonNode> found = kind(kind);
        assertThat(found).as(kind).hasSize(1);
        return found.get(0);
    }

    List<JsonNode> kind(String kind) {
        return all.stream()
                .filter(manifest -> manifest.getKind().equals(kind))
                .<JsonNode>map(JSON::valueToTree)
                .toList();
    }

    /** The settings every workload gets from the generated ConfigMap. */
    Map<String, String> settings() {
        return settingsMap().getData();
    }

    ConfigMap settingsMap() {
        return all(ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().startsWith("consigne-settings-"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no settings"));
    }

    Deployment deployment() {
        return only(Deployment.class);
    }

    Container server() {
        return deployment().getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    Job migration() {
        return only(Job.class);
    }

    List<CronJob> cronJobs() {
        return all(CronJob.class);
    }

    /** Of everything that runs our image, by the component it is. */
    Map<String, PodTemplateSpec> templates() {
        Map<String, PodTemplateSpec> templates = new LinkedHashMap<>();
        Stream.concat(
                        Stream.of(
                                deployment().getSpec().getTemplate(),
                                migration().getSpec().getTemplate()),
                        cronJobs().stream()
                                .map(job ->
                                        job.getSpec().getJobTemplate().getSpec().getTemplate()))
                .forEach(template ->
                        templates.put(template.getMetadata().getLabels().get("app.kubernetes.io/component"), template));
        return templates;
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
                .extracting(source -> source.getConfigMapRef().getName())
                .containsExactly(settingsMap().getMetadata().getName());
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
}
