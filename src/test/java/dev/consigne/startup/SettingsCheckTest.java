package dev.consigne.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileConfig;
import dev.consigne.job.CollectorConfig;
import dev.consigne.job.JobConfig;
import dev.consigne.testing.Settings;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that would lose data or open the service by accident are refused by name. */
class SettingsCheckTest {
    @Test
    void takesTheDefaults() {
        assertThat(problems(Map.of(), Optional.of("open"), true)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "consigne.file.chunk-size, 1023",
        "consigne.file.chunk-size, 8193K",
        "consigne.file.chunk-size, 0",
        "consigne.file.in-flight, 0",
        "consigne.file.read-window, 0",
        "consigne.file.max-size, 96T",
        "consigne.file.lease, 599s",
        "consigne.file.heartbeat, 999ms",
        "consigne.file.max-upload-time, 721h",
        "consigne.job.lease, 9s",
        "consigne.file.max-download-time, 0s",
        "consigne.file.pitr-window, -1s",
        "consigne.collector.quarantine, 299s",
        "consigne.collector.last-sweep-after, 86399s",
        "consigne.collector.batch, 0",
        "consigne.http.min-rate-window, 999ms"
    })
    void refusesADangerousValueByName(String setting, String value) {
        List<String> problems = problems(Map.of(setting, value), Optional.of("open"), true);

        assertThat(problems).anySatisfy(problem -> assertThat(problem).startsWith(setting + " is "));
    }

    /** Each broken alone: one message, with both settings and what they are. */
    @ParameterizedTest
    @CsvSource({
        "consigne.file.heartbeat, 151s, PT2M31S, consigne.file.lease, PT10M",
        "consigne.file.max-upload-time, 599s, PT9M59S, consigne.file.lease, PT10M",
        "consigne.file.retention, 191h, PT191H, consigne.file.max-download-time, PT24H",
        "consigne.file.retention, 191h, PT191H, consigne.file.pitr-window, PT168H",
        "consigne.file.max-download-time, 25h, PT25H, consigne.file.retention, PT192H",
        "consigne.file.pitr-window, 8d, PT192H, consigne.file.retention, PT192H",
        "consigne.collector.suspect-retention, 9m, PT9M, consigne.file.lease, PT10M",
        "consigne.mongo.timeout, 141s, PT2M21S, consigne.collector.quarantine, PT5M",
        "consigne.postgres.timeout, 241s, PT4M1S, consigne.collector.quarantine, PT5M",
        "consigne.collector.quarantine, 25h, PT25H, consigne.collector.last-sweep-after, PT24H",
        "consigne.file.max-upload-time, 168h, PT168H, consigne.job.orphans-grace, PT168H",
        "consigne.job.orphans-grace, 24h, PT24H, consigne.collector.quarantine, PT5M"
    })
    void namesBothSettingsThatDisagree(String setting, String value, String shown, String other, String otherShown) {
        List<String> problems = problems(Map.of(setting, value), Optional.of("open"), true);

        assertThat(problems).singleElement().asString().contains(setting, shown, other, otherShown);
    }

    /** Tests and trials let time pass faster; what would lose data is refused there too. */
    @Test
    void allowsShorterTimesWhereNothingIsAtStake() {
        Map<String, String> settings = Map.of(
                "consigne.file.lease", "1m",
                "consigne.file.heartbeat", "1s",
                "consigne.collector.quarantine", "80s",
                "consigne.collector.last-sweep-after", "80s");

        assertThat(problems(settings, Optional.empty(), false)).isEmpty();
        assertThat(problems(settings, Optional.of("open"), true)).hasSize(3);
        assertThat(problems(Map.of("consigne.collector.quarantine", "79s"), Optional.empty(), false))
                .hasSize(1);
        assertThat(problems(
                        Map.of("consigne.file.lease", "59s", "consigne.file.heartbeat", "1s"), Optional.empty(), false))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "consigne.file.chunk-size, 1K",
        "consigne.file.chunk-size, 8M",
        "consigne.file.in-flight, 1",
        "consigne.file.read-window, 1",
        "consigne.file.max-size, 95T",
        "consigne.file.lease, 10m",
        "consigne.file.heartbeat, 150s",
        "consigne.file.heartbeat, 1s",
        "consigne.file.max-upload-time, 10m",
        "consigne.file.max-upload-time, 167h",
        "consigne.file.max-download-time, 1s",
        "consigne.file.pitr-window, 0s",
        "consigne.file.retention, 8d",
        "consigne.mongo.timeout, 140s",
        "consigne.collector.quarantine, 5m",
        "consigne.collector.suspect-retention, 10m",
        "consigne.collector.last-sweep-after, 24h",
        "consigne.collector.batch, 1",
        "consigne.http.min-rate-window, 1s"
    })
    void takesTheSmallestAndTheLargestThatIsSafe(String setting, String value) {
        Map<String, String> settings = new HashMap<>(Map.of(setting, value));
        if (value.equals("1K")) {
            settings.put("consigne.file.max-size", "90G"); // a hundred million chunks are the other limit
        }

        assertThat(problems(settings, Optional.of("open"), true)).isEmpty();
    }

    @Test
    void namesAllProblemsAtOnce() {
        List<String> problems =
                problems(Map.of("consigne.file.lease", "9m", "consigne.collector.batch", "-1"), Optional.empty(), true);

        assertThat(problems).hasSize(3);
    }

    @Test
    void demandsInProductionThatSomebodySaysTheServiceIsOpen() {
        assertThat(problems(Map.of(), Optional.empty(), true))
                .singleElement()
                .asString()
                .contains("consigne.access=open", "CONSIGNE_ACCESS=open");
        assertThat(problems(Map.of(), Optional.of("closed"), true)).hasSize(1);
        assertThat(problems(Map.of(), Optional.empty(), false))
                .as("dev and test listen on the loopback address alone")
                .isEmpty();
    }

    @Test
    void demandsInProductionThatSomebodySaysWherePostgresIs() {
        Optional<String> open = Optional.of("open");

        assertThat(problems(Map.of(), open, Optional.empty(), true))
                .singleElement()
                .asString()
                .contains("consigne.postgres.address", "CONSIGNE_POSTGRES_ADDRESS");
        assertThat(problems(Map.of(), open, Optional.empty(), false))
                .as("dev and test bring their own")
                .isEmpty();
    }

    private static List<String> problems(Map<String, String> settings, Optional<String> access, boolean production) {
        return problems(settings, access, Optional.of("host:5432/consigne"), production);
    }

    private static List<String> problems(
            Map<String, String> settings, Optional<String> access, Optional<String> postgres, boolean production) {
        FileConfig file = Settings.read(FileConfig.class, only("consigne.file.", settings));
        CollectorConfig collector = Settings.read(CollectorConfig.class, only("consigne.collector.", settings));
        return new SettingsCheck(
                        file,
                        collector,
                        Settings.read(JobConfig.class, only("consigne.job.", settings)),
                        duration(settings, "consigne.mongo.timeout", "30s"),
                        duration(settings, "consigne.postgres.timeout", "20s"),
                        duration(settings, "consigne.http.min-rate-window", "30s"),
                        access,
                        postgres)
                .problems(production);
    }

    private static Duration duration(Map<String, String> settings, String name, String otherwise) {
        return DurationConverter.parseDuration(settings.getOrDefault(name, otherwise));
    }

    private static Map<String, String> only(String prefix, Map<String, String> settings) {
        return settings.entrySet().stream()
                .filter(setting -> setting.getKey().startsWith(prefix))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
