package dev.consigne.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.file.FileConfig;
import dev.consigne.job.CollectorConfig;
import dev.consigne.testing.Settings;
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
        "consigne.file.chunks-in-flight, 0",
        "consigne.file.read-window, 0",
        "consigne.file.max-size, 96T",
        "consigne.file.lease, 59s",
        "consigne.file.retention, 59s",
        "consigne.collector.quarantine, 79s",
        "consigne.collector.suspect-retention, 9m",
        "consigne.collector.last-sweep-after, 4m",
        "consigne.collector.batch, 0"
    })
    void refusesADangerousValueByName(String setting, String value) {
        List<String> problems = problems(Map.of(setting, value), Optional.of("open"), true);

        assertThat(problems).anySatisfy(problem -> assertThat(problem).startsWith(setting + " is "));
    }

    @ParameterizedTest
    @CsvSource({
        "consigne.file.chunk-size, 1K",
        "consigne.file.chunk-size, 8M",
        "consigne.file.chunks-in-flight, 1",
        "consigne.file.read-window, 1",
        "consigne.file.max-size, 95T",
        "consigne.file.lease, 1m",
        "consigne.file.retention, 1m",
        "consigne.collector.quarantine, 80s",
        "consigne.collector.suspect-retention, 10m",
        "consigne.collector.last-sweep-after, 5m",
        "consigne.collector.batch, 1"
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
                problems(Map.of("consigne.file.lease", "1s", "consigne.collector.batch", "-1"), Optional.empty(), true);

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

    private static List<String> problems(Map<String, String> settings, Optional<String> access, boolean production) {
        FileConfig file = Settings.read(FileConfig.class, only("consigne.file.", settings));
        CollectorConfig collector = Settings.read(CollectorConfig.class, only("consigne.collector.", settings));
        return new SettingsCheck(file, collector, Duration.ofSeconds(30), Duration.ofSeconds(20), access)
                .problems(production);
    }

    private static Map<String, String> only(String prefix, Map<String, String> settings) {
        return settings.entrySet().stream()
                .filter(setting -> setting.getKey().startsWith(prefix))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
