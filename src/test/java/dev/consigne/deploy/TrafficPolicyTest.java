package dev.consigne.deploy;

import static dev.consigne.deploy.Manifests.labels;
import static dev.consigne.deploy.Manifests.numberOf;
import static dev.consigne.deploy.Manifests.ports;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who reaches the service, and whom it reaches. */
class TrafficPolicyTest {
    private static final String CLIENT_LABEL = "consigne.dev/client";
    private static final Manifests PROD = Overlay.PROD.manifests();

    @ParameterizedTest
    @EnumSource
    void deniesTrafficThatNoPolicyNames(Overlay overlay) {
        List<NetworkPolicy> policies = overlay.manifests().all(NetworkPolicy.class);
        assertThat(policies).anySatisfy(policy -> {
            assertThat(labels(policy.getSpec().getPodSelector())).isEmpty();
            assertThat(policy.getSpec().getPodSelector().getMatchExpressions()).isEmpty();
            assertThat(policy.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
            assertThat(policy.getSpec().getIngress()).isEmpty();
            assertThat(policy.getSpec().getEgress()).isEmpty();
        });
        assertThat(policies.stream().flatMap(policy -> policy.getSpec().getIngress().stream()))
                .allSatisfy(rule -> assertThat(ports(rule.getPorts())).isSubsetOf("8080/TCP", "9000/TCP"))
                .allSatisfy(rule -> assertThat(rule.getPorts()).isNotEmpty());
    }

    /** Whoever may create a pod can label it; so each peer names its namespace, too, and nobody is let in by address. */
    @ParameterizedTest
    @EnumSource
    void letsInClientsAndTheWayInFromOutsideAndNobodyElse(Overlay overlay) {
        assertThat(overlay.manifests().ingressTo(8080))
                .hasSize(2)
                .allSatisfy(rule -> assertThat(rule.getFrom()).singleElement().satisfies(peer -> {
                    assertThat(labels(peer.getNamespaceSelector())).isNotEmpty();
                    assertThat(labels(peer.getPodSelector())).isNotEmpty();
                    assertThat(peer.getIpBlock()).isNull();
                }))
                .extracting(rule -> labels(rule.getFrom().get(0).getNamespaceSelector())
                        .entrySet()
                        .iterator()
                        .next()
                        .toString())
                .containsExactlyInAnyOrder(
                        CLIENT_LABEL + "=true",
                        "kubernetes.io/metadata.name="
                                + (overlay == Overlay.PROD ? "envoy-gateway-system" : "ingress-nginx"));
    }

    /** The base alone refuses to start: only beside the policy is it said that the service is open. */
    @Test
    void saysThatItIsOpenOnlyWhereThePolicyIs() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("k8s"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".yaml") && !file.startsWith("k8s/rendered"))
                            .filter(file -> says(file, "CONSIGNE_ACCESS=open\n")))
                    .containsExactly(Path.of("k8s/components/network-policy/kustomization.yaml"));
        }
        assertThat(Stream.of(Overlay.values()))
                .allSatisfy(
                        overlay -> assertThat(overlay.manifests().settings()).containsEntry("CONSIGNE_ACCESS", "open"));
    }

    @Test
    void showsItsMetricsToPrometheusAndNobodyElse() {
        assertThat(Overlay.DEV.manifests().ingressTo(9000)).isEmpty();
        assertThat(PROD.ingressTo(9000))
                .singleElement()
                .satisfies(rule -> assertThat(rule.getFrom()).singleElement().satisfies(peer -> {
                    assertThat(labels(peer.getNamespaceSelector()))
                            .containsEntry("kubernetes.io/metadata.name", "monitoring");
                    assertThat(labels(peer.getPodSelector())).containsEntry("app.kubernetes.io/name", "prometheus");
                }));
        JsonNode endpoint = PROD.only("PodMonitor").at("/spec/podMetricsEndpoints/0");
        assertThat(endpoint.path("path").asText()).isEqualTo("/q/metrics");
        assertThat(PROD.server().getPorts())
                .filteredOn(port -> port.getContainerPort() == 9000)
                .extracting(port -> port.getName())
                .containsExactly(endpoint.path("port").asText());
        assertThat(PROD.only("PodMonitor").at("/spec/selector/matchLabels").properties())
                .allSatisfy(label -> assertThat(
                                PROD.templates().get("server").getMetadata().getLabels())
                        .containsEntry(label.getKey(), label.getValue().asText()));
    }

    @ParameterizedTest
    @EnumSource
    void reachesNameServiceAndStoresAndNothingElse(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        assertThat(manifests.named(Namespace.class, "consigne-stores")).isNotNull();
        assertThat(manifests.templates()).allSatisfy((name, template) -> {
            List<NetworkPolicyEgressRule> rules = manifests
                    .policiesFor(template)
                    .flatMap(policy -> policy.getSpec().getEgress().stream())
                    .toList();
            List<NetworkPolicyPort> allowed =
                    rules.stream().flatMap(rule -> rule.getPorts().stream()).toList();
            assertThat(ports(allowed)).containsExactlyInAnyOrder("53/UDP", "53/TCP", "5432/TCP", "27017/TCP");
            assertThat(rules)
                    .allSatisfy(rule -> assertThat(rule.getTo())
                            .singleElement()
                            .satisfies(peer -> assertThat(labels(peer.getNamespaceSelector()))
                                    .containsKey("kubernetes.io/metadata.name")));
        });
    }

    @ParameterizedTest
    @EnumSource
    void publishesTheApiAndNotTheManagement(Overlay overlay) {
        assertThat(overlay.manifests().only(Service.class).getSpec().getPorts())
                .singleElement()
                .satisfies(port -> {
                    assertThat(port.getPort()).isEqualTo(8080);
                    assertThat(numberOf(
                                    port.getTargetPort(), overlay.manifests().server()))
                            .isEqualTo(8080);
                });
    }

    @Test
    void letsTheGatewayPassOnTransfersOfAnyLengthAsTheyCome() {
        JsonNode rule = PROD.only("HTTPRoute").at("/spec/rules/0");
        assertThat(PROD.only("HTTPRoute").at("/spec/rules")).hasSize(1);
        assertThat(rule.at("/timeouts/request").asText()).isEqualTo("0s");
        assertThat(rule.at("/timeouts/backendRequest").asText()).isEqualTo("0s");
        assertThat(rule.at("/matches/0/path/value").asText()).isEqualTo("/api");

        JsonNode timeouts = PROD.only("ClientTrafficPolicy").at("/spec/timeout/http");
        assertThat(timeouts.path("requestReceivedTimeout").asText()).isEqualTo("0s");
        assertThat(timeouts.path("requestHeadersReceivedTimeout").asText()).isEqualTo("10s");
        assertThat(timeouts.path("streamIdleTimeout").asText()).isEqualTo("10m");
        assertThat(PROD.all()).noneMatch(manifest -> manifest.toString().contains("requestBuffer"));
    }

    @Test
    void letsTheGatewayRefuseWhoeverIsNotNamed() {
        JsonNode policy = PROD.only("SecurityPolicy");
        assertThat(policy.at("/spec/targetRefs/0/kind").asText()).isEqualTo("HTTPRoute");
        assertThat(policy.at("/spec/targetRefs/0/name").asText())
                .isEqualTo(PROD.only("HTTPRoute").at("/metadata/name").asText());
        assertThat(policy.at("/spec/authorization/defaultAction").asText()).isEqualTo("Deny");
        assertThat(policy.at("/spec/authorization/rules/0/principal/clientCIDRs"))
                .isNotEmpty()
                .noneMatch(range -> range.asText().endsWith("/0"));
    }

    @Test
    void leadsTheTrafficOfTheGatewayToTheService() {
        JsonNode gateway = PROD.only("Gateway");
        JsonNode route = PROD.only("HTTPRoute");
        assertThat(route.at("/spec/parentRefs/0/name").asText())
                .isEqualTo(gateway.at("/metadata/name").asText())
                .isEqualTo(PROD.only("ClientTrafficPolicy")
                        .at("/spec/targetRefs/0/name")
                        .asText());
        assertThat(route.at("/spec/rules/0/backendRefs/0/name").asText())
                .isEqualTo(PROD.only(Service.class).getMetadata().getName());
        assertThat(gateway.at("/spec/listeners"))
                .singleElement()
                .satisfies(listener ->
                        assertThat(listener.path("protocol").asText()).isEqualTo("HTTPS"));
    }

    @Test
    void letsAnIngressPassOnTransfersOfAnyLengthAsTheyCome() {
        Ingress ingress = Overlay.DEV.manifests().only(Ingress.class);
        String nginx = "nginx.ingress.kubernetes.io/";
        assertThat(ingress.getMetadata().getAnnotations())
                .containsEntry(nginx + "proxy-body-size", "0")
                .containsEntry(nginx + "proxy-request-buffering", "off")
                .containsEntry(nginx + "proxy-buffering", "off")
                .containsEntry(nginx + "proxy-http-version", "1.1")
                .containsEntry(nginx + "proxy-read-timeout", "600")
                .containsEntry(nginx + "proxy-send-timeout", "600");
        assertThat(ingress.getSpec().getRules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getHttp().getPaths())
                        .singleElement()
                        .satisfies(path -> {
                            assertThat(path.getPath()).isEqualTo("/api");
                            assertThat(path.getBackend().getService().getName()).isEqualTo("consigne");
                        }));
    }

    private static boolean says(Path file, String words) {
        try {
            return Files.readString(file).contains(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
