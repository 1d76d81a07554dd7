package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said of the try-out without starting it. */
class ComposeFileTest {

    private Map<String, Object> compose;
    private Map<String, Object> services;
    private Map<String, Object> monitoring;

    @BeforeEach
    void readIt() throws IOException {
        compose = read(Path.of("docker/compose.yaml"));
        monitoring = map(read(Path.of("docker/compose.monitoring.yaml")).get("services"));
        services = map(compose.get("services"));
        assertThat(services).containsOnlyKeys("postgres", "mongodb", "migrate", "consigne");
    }

    @Test
    void checksTheHealthOfEveryServiceThatStays() {
        assertThat(services)
                .allSatisfy((name, service) -> assertThat(map(service).containsKey("healthcheck"))
                        .as(name)
                        .isNotEqualTo(isOneShot(name)));
    }

    @Test
    void waitsForAServiceToBeHealthyOrDone() {
        assertThat(services)
                .allSatisfy((name, service) -> map(map(service).get("depends_on"))
                        .forEach((other, condition) -> assertThat(map(condition).get("condition"))
                                .as(name + " waits for " + other)
                                .isEqualTo(isOneShot(other) ? "service_completed_successfully" : "service_healthy")));
        assertThat(map(map(services.get("consigne")).get("depends_on"))).containsKeys("migrate", "mongodb", "postgres");
    }

    @Test
    void publishesPortsOnTheLoopbackAddressOnly() {
        assertThat(services.values().stream()
                        .flatMap(service -> strings(map(service).get("ports"))))
                .isNotEmpty()
                .allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @Test
    void keepsTheStoresOffTheOutsideWorld() {
        assertThat(map(map(compose.get("networks")).get("stores"))).containsEntry("internal", true);
        assertThat(List.of("mongodb", "postgres")).allSatisfy(store -> {
            assertThat(strings(map(services.get(store)).get("networks"))).containsExactly("stores");
            assertThat(map(services.get(store))).doesNotContainKey("ports");
        });
    }

    @Test
    void containsNoPassword() {
        assertThat(services)
                .allSatisfy((name, service) -> map(map(service).get("environment"))
                        .forEach((variable, value) -> {
                            assertThat(value.toString()).as(variable).doesNotMatch(".*://[^/]+@.*");
                            if (variable.contains("PASSWORD")) {
                                assertThat(value.toString()).as(variable).matches("\\$\\{[A-Z_]+:\\?.+}");
                            }
                        }));
    }

    @Test
    void namesTheVersionOfEveryImage() {
        assertThat(services)
                .allSatisfy(
                        (name, service) -> assertThat(map(service).get("image").toString())
                                .matches("[^:]+:[^:/]+")
                                .doesNotEndWith(":latest"));
    }

    @Test
    void keepsTheDataOfBothStoresInVolumes() {
        Set<String> declared = map(compose.get("volumes")).keySet();
        assertThat(List.of("mongodb", "postgres"))
                .allSatisfy(store -> assertThat(strings(map(services.get(store)).get("volumes")))
                        .singleElement()
                        .satisfies(volume -> assertThat(declared).contains(volume.split(":")[0])));
    }

    @Test
    void runsTheServiceAsLockedDownAsTheClusterDoes() {
        assertThat(List.of("consigne", "migrate")).allSatisfy(name -> {
            Map<String, Object> service = map(services.get(name));
            assertThat(service).containsEntry("read_only", true).containsKey("mem_limit");
            assertThat(strings(service.get("cap_drop"))).containsExactly("ALL");
            assertThat(strings(service.get("security_opt"))).contains("no-new-privileges:true");
            assertThat(Path.of("docker").resolve(build(service, "context")).resolve(build(service, "dockerfile")))
                    .exists();
        });
    }

    @Test
    void watchesWithWhatIsThereAndLetsNobodyElseWatch() {
        assertThat(monitoring).containsOnlyKeys("prometheus", "grafana").allSatisfy((name, value) -> {
            Map<String, Object> service = map(value);
            assertThat(service.get("image").toString()).matches("[^:]+:[^:/]+").doesNotEndWith(":latest");
            assertThat(service).containsKeys("healthcheck", "mem_limit");
            assertThat(strings(service.get("networks"))).containsExactly("edge");
            assertThat(strings(service.get("ports"))).allMatch(port -> port.startsWith("127.0.0.1:"));
            assertThat(strings(service.get("volumes"))
                            .map(volume -> volume.split(":")[0])
                            .filter(source -> source.startsWith(".")))
                    .isNotEmpty()
                    .allSatisfy(source ->
                            assertThat(Path.of("docker").resolve(source)).isRegularFile());
        });
        assertThat(map(map(monitoring.get("grafana")).get("environment")))
                .containsEntry("GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION", "true")
                .containsEntry("GF_AUTH_ANONYMOUS_ORG_ROLE", "Viewer");
    }

    @Test
    void watchesTheServiceWhereItIs() throws IOException {
        Map<String, Object> scraped = map(
                ((List<?>) read(Path.of("docker/monitoring/prometheus.yaml")).get("scrape_configs")).get(0));
        Map<String, Object> source = map(
                ((List<?>) read(Path.of("docker/monitoring/datasource.yaml")).get("datasources")).get(0));

        assertThat(scraped).containsEntry("metrics_path", "/q/metrics");
        assertThat(scraped.get("static_configs").toString()).contains("consigne:9000");
        assertThat(strings(map(services.get("consigne")).get("networks"))).contains("edge");
        assertThat(source).containsEntry("type", "prometheus").containsEntry("url", "http://prometheus:9090");
    }

    private static Map<String, Object> read(Path file) throws IOException {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(strict)).load(Files.readString(file));
    }

    private static String build(Map<String, Object> service, String key) {
        return map(service.get("build")).get(key).toString();
    }

    private boolean isOneShot(String service) {
        return "no".equals(map(services.get(service)).get("restart"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    private static Stream<String> strings(Object list) {
        return list == null ? Stream.of() : ((Collection<?>) list).stream().map(Object::toString);
    }
}
