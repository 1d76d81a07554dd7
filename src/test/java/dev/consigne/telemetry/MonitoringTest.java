package dev.consigne.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.consigne.file.FileMeters;
import dev.consigne.file.FileMeters.Direction;
import dev.consigne.file.FileMeters.Limit;
import dev.consigne.file.HashingSpeed;
import dev.consigne.job.JobMeters;
import dev.consigne.job.JobName;
import dev.consigne.job.JobStep;
import dev.consigne.testing.Bytes;
import dev.consigne.testing.Metrics;
import dev.consigne.testing.TestBucket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Alerts, runbooks and dashboard: they ask for what the service exposes, and each alert can be answered. */
@QuarkusTest
class MonitoringTest {
    private static final Path MONITORING = Path.of("k8s/components/monitoring");
    private static final Path RUNBOOKS = Path.of("docs/runbooks");
    private static final String URL = "https://consigne.dev/runbooks/";
    private static final Duration SOON = Duration.ofSeconds(20);

    @TestHTTPResource("/")
    URI service;

    @TestHTTPResource(value = "metrics", management = true)
    URI metricsEndpoint;

    @Inject
    FileMeters files;

    @Inject
    JobMeters jobs;

    private List<Map<String, Object>> rules;
    private JsonNode dashboard;

    @BeforeEach
    void readThem() throws IOException {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        Map<String, Object> yaml =
                new Yaml(new SafeConstructor(strict)).load(Files.readString(MONITORING.resolve("rules.yaml")));
        assertThat(yaml).containsEntry("kind", "PrometheusRule");
        rules = listOf(map(yaml.get("spec")).get("groups")).stream()
                .flatMap(group -> listOf(group.get("rules")).stream())
                .toList();
        dashboard =
                new ObjectMapper().readTree(MONITORING.resolve("dashboard.json").toFile());
    }

    @Test
    void rulesAskForMetersThatThereAre() {
        Set<String> recorded = rules.stream()
                .map(rule -> text(rule, "record"))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());

        assertExposed(rules.stream()
                .flatMap(rule -> MeterSelector.in(text(rule, "expr")).stream())
                .filter(selector -> !recorded.contains(selector.meter()))
                .toList());
    }

    @Test
    void dashboardAsksForMetersThatThereAre() {
        assertExposed(panels().stream()
                .flatMap(panel -> panel.path("targets").findValuesAsText("expr").stream())
                .flatMap(expression -> MeterSelector.in(expression).stream())
                .toList());
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhatToDo() throws IOException {
        assertThat(alerts()).hasSizeGreaterThan(15);
        for (Map<String, Object> alert : alerts()) {
            String name = text(alert, "alert");
            Map<String, Object> told = map(alert.get("annotations"));
            assertThat(name).startsWith("Consigne");
            assertThat(text(map(alert.get("labels")), "severity")).as(name).isIn("critical", "warning");
            assertThat(text(told, "summary")).as(name).endsWith(".");
            assertThat(text(told, "description")).as(name).endsWith(".");
            assertThat(text(told, "runbook_url")).as(name).startsWith(URL);
            assertThat(Files.readString(RUNBOOKS.resolve(page(alert)))).as(name).startsWith("# " + name + "\n");
        }
    }

    @Test
    void everyRunbookIsOfAnAlertAndCompleteAndListed() throws IOException {
        String list = Files.readString(RUNBOOKS.resolve("README.md"));
        Set<String> pages = alerts().stream().map(MonitoringTest::page).collect(Collectors.toSet());
        try (Stream<Path> there = Files.list(RUNBOOKS)) {
            assertThat(there.map(file -> file.getFileName().toString()))
                    .filteredOn(file -> !file.equals("README.md"))
                    .containsExactlyInAnyOrderElementsOf(pages);
        }
        for (String page : pages) {
            assertThat(list).contains("](" + page + ")");
            assertThat(Files.readString(RUNBOOKS.resolve(page)).lines().filter(line -> line.startsWith("## ")))
                    .as(page)
                    .containsExactly("## What it means", "## Look first", "## Do", "## Do not");
        }
    }

    @Test
    void everyPanelAsksTheDataSourceThatIsChosen() {
        assertThat(panels()).hasSizeGreaterThan(20);
        assertThat(panels()).allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("targets")).isNotEmpty();
            assertThat(panel.path("targets"))
                    .allSatisfy(
                            target -> assertThat(target.path("expr").asText()).isNotBlank());
        });
        assertThat(dashboard.findValues("datasource"))
                .isNotEmpty()
                .allSatisfy(source -> assertThat(source.path("uid").asText()).isEqualTo("${datasource}"));
        assertThat(dashboard.path("templating").path("list").findValuesAsText("name"))
                .contains("datasource", "namespace");
        assertThat(panels().stream().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
    }

    @Test
    void theAlertOfSlowHashingBeginsWhereTheWarningOfTheServiceDoes() {
        String expression = alerts().stream()
                .filter(alert -> text(alert, "alert").equals("ConsigneHashingSlow"))
                .map(alert -> text(alert, "expr"))
                .findFirst()
                .orElseThrow();

        assertThat(expression)
                .containsPattern(below("sha-256", HashingSpeed.ENOUGH.sha256()))
                .containsPattern(below("crc32c", HashingSpeed.ENOUGH.crc32c()));
    }

    private static String below(String algorithm, double bytes) {
        return "\\{algorithm=\"%s\"} < %d \\* 1048576\\b".formatted(algorithm, (long) bytes >> 20);
    }

    /** After a little of what makes meters appear that have no value before. */
    private void assertExposed(List<MeterSelector> selectors) {
        TestBucket bucket = TestBucket.create(service);
        bucket.stored("a", Bytes.seeded(1, 100_000));
        bucket.get("a");
        files.cutOff(Direction.DOWNLOAD, Limit.RATE);
        files.hashing(HashingSpeed.ENOUGH); // measured in production alone
        jobs.stepped(JobName.CHECK, new JobStep("", false, 0, 0, 0, List.of()));
        Metrics metrics = new Metrics(metricsEndpoint);

        assertThat(selectors).hasSizeGreaterThan(20);
        await().atMost(SOON).untilAsserted(() -> {
            List<String> exposed = metrics.text().lines().toList();
            assertThat(selectors.stream()
                            .flatMap(selector -> selector.missingIn(exposed))
                            .distinct())
                    .isEmpty();
        });
    }

    private List<Map<String, Object>> alerts() {
        return rules.stream().filter(rule -> rule.containsKey("alert")).toList();
    }

    private List<JsonNode> panels() {
        return Stream.iterate(0, i -> i + 1)
                .limit(dashboard.path("panels").size())
                .map(i -> dashboard.path("panels").get(i))
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    private static String page(Map<String, Object> alert) {
        return text(map(alert.get("annotations")), "runbook_url").substring(URL.length()) + ".md";
    }

    private static String text(Map<String, Object> in, String key) {
        return in.get(key) instanceof String text ? text : "";
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> listOf(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
