package dev.consigne.deploy;

import static dev.consigne.deploy.Manifests.mountAt;
import static dev.consigne.deploy.Manifests.volumeMountedAt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where settings and secrets are, and that those who need them get the same ones. */
class SecretsPolicyTest {
    private static final String CREDENTIALS_IN_ADDRESS = ".*://[^/\\s]+@.*";
    private static final String SECRET_NAME = "(?i).*(password|username|secret|token|credential|connection_string).*";
    private static final String FILE = "application.properties";
    private static final String URL = "quarkus.mongodb.connection-string";

    @ParameterizedTest
    @EnumSource
    void keepsSecretsOutOfTheEnvironment(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        assertThat(manifests.containers()).allSatisfy(container -> {
            assertThat(manifests.environmentOf(container)).allSatisfy((name, value) -> {
                assertThat(name).doesNotMatch(SECRET_NAME);
                assertThat(value).doesNotMatch(CREDENTIALS_IN_ADDRESS);
            });
            assertThat(container.getEnvFrom())
                    .allSatisfy(source -> assertThat(source.getSecretRef()).isNull());
            assertThat(container.getEnv())
                    .allSatisfy(variable -> assertThat(variable.getValueFrom()).isNull());
        });
    }

    @ParameterizedTest
    @EnumSource
    void readsItsSecretsFromAFileItCannotChange(Overlay overlay) {
        Path file = Path.of(overlay.manifests().settings().get("QUARKUS_CONFIG_LOCATIONS"));
        assertThat(file).hasFileName(FILE);
        assertThat(overlay.manifests().pods()).allSatisfy((name, pod) -> {
            String directory = file.getParent().toString();
            assertThat(volumeMountedAt(pod, directory).getSecret().getItems())
                    .extracting(item -> item.getPath())
                    .containsExactly(FILE);
            assertThat(volumeMountedAt(pod, directory).getSecret().getOptional())
                    .isNotEqualTo(true);
            assertThat(mountAt(pod, directory).getReadOnly()).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheLoginThatOwnsTheSchemaFromTheService(Overlay overlay) {
        Map<String, PodSpec> pods = overlay.manifests().pods();
        Map<String, String> secrets = new LinkedHashMap<>();
        pods.forEach((name, pod) -> secrets.put(
                name, volumeMountedAt(pod, "/etc/consigne/secret").getSecret().getSecretName()));
        assertThat(secrets.remove("migration")).isEqualTo("consigne-migration");
        assertThat(secrets.values()).as("everything else").hasSize(5).containsOnly("consigne-stores");
    }

    @ParameterizedTest
    @EnumSource
    void rollsThePodsWhenASettingChanges(Overlay overlay) {
        String name = overlay.manifests().settingsMap().getMetadata().getName();
        assertThat(name).matches("consigne-settings-[a-z0-9]{10}");
        assertThat(overlay.manifests().containers())
                .allSatisfy(container -> assertThat(container.getEnvFrom())
                        .extracting(source -> source.getConfigMapRef().getName())
                        .containsExactly(name));
    }

    @ParameterizedTest
    @EnumSource
    void holdsNoSecretItself(Overlay overlay) {
        assertThat(overlay.manifests().all(Secret.class)).isEmpty();
        assertThat(overlay.text()).doesNotContain("stringData");
    }

    @ParameterizedTest
    @EnumSource
    void writesTheSecretsOfBothNamespacesWithPasswordsOfThisTimeAlone(Overlay overlay) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh to run k8s/secrets.sh with");
        Map<String, Secret> secrets = written(overlay);
        Map<String, Secret> others = written(overlay);

        assertThat(secrets)
                .containsOnlyKeys(
                        "consigne/consigne-migration",
                        "consigne/consigne-stores",
                        "consigne-stores/consigne-mongodb-app",
                        "consigne-stores/consigne-postgres-app",
                        "consigne-stores/consigne-postgres-migrator");
        secrets.forEach((name, secret) -> assertThat(secret.getStringData())
                .as(name)
                .isNotEqualTo(others.get(name).getStringData()));
        logsIn(properties(secrets, "consigne-migration"), secrets, "consigne-postgres-migrator");
        logsIn(properties(secrets, "consigne-stores"), secrets, "consigne-postgres-app");
        assertThat(properties(secrets, "consigne-stores").getProperty(URL))
                .contains(":" + password(secrets, "consigne-mongodb-app") + "@")
                .contains(
                        overlay == Overlay.PROD ? "@consigne-mongodb-rs0.consigne-stores." : "@consigne-mongodb-svc.");
    }

    @Test
    void takesTheSameSecretsFromAVault() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh to run k8s/secrets.sh with");
        Map<String, Secret> written = written(Overlay.PROD);
        List<JsonNode> external = Overlay.PROD.manifests().kind("ExternalSecret");

        assertThat(external)
                .extracting(secret -> secret.at("/metadata/namespace").asText() + "/"
                        + secret.at("/metadata/name").asText())
                .containsExactlyInAnyOrderElementsOf(written.keySet());
        for (JsonNode secret : external) {
            Secret same = written.get(secret.at("/metadata/namespace").asText() + "/"
                    + secret.at("/metadata/name").asText());
            JsonNode template = secret.at("/spec/target/template");
            assertThat(template.path("data").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrderElementsOf(same.getStringData().keySet());
            assertThat(template.path("type").asText("")).isEqualTo(same.getType() == null ? "" : same.getType());
            if (template.at("/data").has(FILE)) {
                assertThat(withoutPasswords(template.at("/data").path(FILE).asText()))
                        .isEqualTo(withoutPasswords(same.getStringData().get(FILE)));
            }
        }
    }

    private static void logsIn(Properties properties, Map<String, Secret> secrets, String login) {
        assertThat(properties.getProperty("quarkus.datasource.username"))
                .isEqualTo(
                        secrets.get("consigne-stores/" + login).getStringData().get("username"));
        assertThat(properties.getProperty("quarkus.datasource.password")).isEqualTo(password(secrets, login));
    }

    private static String password(Map<String, Secret> secrets, String login) {
        String password =
                secrets.get("consigne-stores/" + login).getStringData().get("password");
        assertThat(password).matches("[0-9a-f]{48}");
        return password;
    }

    private static Properties properties(Map<String, Secret> secrets, String name) throws IOException {
        Properties properties = new Properties();
        properties.load(
                new StringReader(secrets.get("consigne/" + name).getStringData().get(FILE)));
        assertThat(properties.stringPropertyNames())
                .containsExactlyInAnyOrder("quarkus.datasource.username", "quarkus.datasource.password", URL);
        return properties;
    }

    private static String withoutPasswords(String properties) {
        return properties.replaceAll("[0-9a-f]{48}|\\{\\{ \\.[a-z]+ }}", "…").strip();
    }

    private static Map<String, Secret> written(Overlay overlay) throws IOException, InterruptedException {
        Process script = new ProcessBuilder(
                        "/bin/sh",
                        "k8s/secrets.sh",
                        overlay.sources().getFileName().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String yaml = new String(script.getInputStream().readAllBytes(), UTF_8);
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(script.exitValue()).isZero();
        return StrictManifests.read(yaml).stream()
                .map(Secret.class::cast)
                .collect(toMap(
                        secret -> secret.getMetadata().getNamespace() + "/"
                                + secret.getMetadata().getName(),
                        secret -> secret));
    }

    @Test
    void refusesToWriteSecretsForAnOverlayItDoesNotKnow() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh to run k8s/secrets.sh with");
        Process script = new ProcessBuilder("/bin/sh", "k8s/secrets.sh", "staging").start();
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(script.exitValue()).isEqualTo(2);
        assertThat(Stream.of(script.getInputStream().readAllBytes().length)).containsExactly(0);
    }
}
