package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That the overlays keep to the rule of memory, and that the rule refuses what breaks it. */
class MemoryRuleTest {
    private static final MemoryRule RULE =
            new MemoryRule(Dockerfile.read(Path.of("docker/Dockerfile.jvm")).image());

    @ParameterizedTest
    @EnumSource
    void isKeptByEveryContainer(Overlay overlay) {
        assertThat(overlay.manifests().containers())
                .isNotEmpty()
                .allSatisfy(container -> assertThat(
                                RULE.violations(container, overlay.manifests().environmentOf(container)))
                        .isEmpty());
    }

    @Test
    void refusesARequestThatIsMissing() {
        assertThat(server("            memory: 2Gi\n", "")).containsExactly("no request of memory");
    }

    @Test
    void refusesALimitThatIsMissing() {
        Container container = Overlay.PROD.manifests().server();
        container.getResources().getLimits().remove("memory");

        assertThat(violations(container)).containsExactly("no limit of memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4Gi", "1Gi"})
    void refusesARequestThatIsNotTheLimit(String request) {
        assertThat(server("            memory: 2Gi\n", "            memory: " + request + "\n"))
                .containsExactly("the request of memory is not its limit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xmx1g -XX:MaxDirectMemorySize=700m",
                "-Xmx2g -XX:MaxDirectMemorySize=512m",
                "-Xmx2g",
                "-Xmx1g -Xmx1800m -XX:MaxDirectMemorySize=512m"
            })
    void refusesAJvmThatDoesNotFitIntoThePod(String options) {
        assertThat(violations(Overlay.PROD.manifests().server(), Map.of("JDK_JAVA_OPTIONS", options)))
                .containsExactly("heap and direct memory leave less than a fifth of the memory");
    }

    @Test
    void refusesAJvmWithoutBounds() {
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC");

        assertThat(violations(Overlay.PROD.manifests().server(), environment))
                .containsExactly("heap or direct memory have no bound");
    }

    /** A limit that is taken back to half, while the overlay's own heap stays. */
    @Test
    void refusesALimitThatIsTooSmallForTheHeapOfTheOverlay() {
        Manifests lowered = manifests(Overlay.PROD.text().replace("memory: 2Gi", "memory: 1Gi"));
        Container container = lowered.server();

        assertThat(RULE.violations(container, lowered.environmentOf(container)))
                .containsExactly("heap and direct memory leave less than a fifth of the memory");
    }

    /** The server of {@code prod}, its request of memory written otherwise. */
    private static List<String> server(String request, String otherwise) {
        String text = Overlay.PROD.text();
        int at = text.indexOf(request, text.indexOf("requests:", text.indexOf("memory: 2Gi")));
        Manifests changed = manifests(text.substring(0, at) + otherwise + text.substring(at + request.length()));
        return violations(changed.server());
    }

    private static List<String> violations(Container container) {
        return violations(container, Overlay.PROD.manifests().environmentOf(container));
    }

    private static List<String> violations(Container container, Map<String, String> environment) {
        return RULE.violations(container, environment);
    }

    private static Manifests manifests(String text) {
        return new Manifests(StrictManifests.read(text));
    }
}
