package dev.consigne.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which launch of the application starts stores, and which must not. */
@Timeout(60)
class LaunchModeTest {

    private static final List<String> NOTHING = List.of(
            "quarkus.datasource.reactive.url=",
            "quarkus.datasource.jdbc.url=",
            "quarkus.datasource.username=",
            "quarkus.datasource.password=",
            "quarkus.mongodb.connection-string=",
            "quarkus.devservices.enabled=false"); // application.properties says so, in every mode

    @TempDir
    Path parent;

    @Test
    void productionAndTheBuildStartNothing() throws Exception {
        assertThat(configuration("NORMAL")).isEqualTo(NOTHING);
        assertThat(folder()).doesNotExist();
    }

    @Test
    void nothingStartsIfItIsSwitchedOff() throws Exception {
        assertThat(configuration("DEVELOPMENT", "-Dconsigne.embedded.enabled=false"))
                .isEqualTo(NOTHING);
        assertThat(folder()).doesNotExist();
    }

    @Test
    void storesOfTheUserAreUsedInPlaceOfTheEmbeddedOnes() throws Exception {
        List<String> configuration = configuration(
                "TEST",
                "-Dconsigne.test.postgres=postgresql://me:secret@db:5433/files?sslmode=disable",
                "-Dconsigne.test.mongodb=mongodb://mongo:27018");

        assertThat(configuration)
                .containsExactly(
                        "quarkus.datasource.reactive.url=postgresql://db:5433/files?sslmode=disable",
                        "quarkus.datasource.jdbc.url=jdbc:postgresql://db:5433/files?sslmode=disable",
                        "quarkus.datasource.username=me",
                        "quarkus.datasource.password=secret",
                        "quarkus.mongodb.connection-string=mongodb://mongo:27018",
                        "quarkus.devservices.enabled=false");
        assertThat(folder()).doesNotExist();
    }

    @Test
    void oneStoreCanBeTheUsersAndTheOtherEmbedded() throws Exception {
        List<String> configuration =
                configuration("DEVELOPMENT", "-Dconsigne.test.postgres=postgresql://me:secret@db/files");

        assertThat(configuration)
                .contains("quarkus.datasource.reactive.url=postgresql://db/files")
                .anyMatch(line -> line.matches("quarkus.mongodb.connection-string=mongodb://127.0.0.1:[1-9]\\d*"));
        assertThat(folder().resolve("mongo")).exists();
        assertThat(folder().resolve("postgres")).doesNotExist();
    }

    @Test
    void aReloadFindsTheStoresThatRun() throws Exception {
        List<String> twice = run(ReloadMain.class, List.of("-Dconsigne.test.postgres=postgresql://me:secret@db/files"));

        assertThat(twice.subList(0, twice.size() / 2)).isEqualTo(twice.subList(twice.size() / 2, twice.size()));
        assertThat(twice).anyMatch(line -> line.matches("quarkus.mongodb.connection-string=mongodb://127.0.0.1:\\d+"));
    }

    private Path folder() {
        return parent.resolve("stores");
    }

    private List<String> configuration(String launchMode, String... options) throws IOException, InterruptedException {
        return run(ConfigMain.class, List.of(options), launchMode);
    }

    private List<String> run(Class<?> main, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.add("-Dconsigne.embedded.folder=" + folder());
        Process process = Jvm.start(main, all, arguments);
        List<String> lines = process.inputReader(UTF_8).lines().toList();
        assertThat(process.waitFor()).isZero();
        return lines;
    }
}
