package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.consigne.artefact.Confinement.Ended;
import dev.consigne.embedded.StorePair;
import dev.consigne.testing.Bytes;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The artefact as docker/Dockerfile.jvm lays it out and starts it, without an engine and without the base image: its COPY
 * lines, the step that makes the archive of classes, ENV, USER and ENTRYPOINT are those of the file. Where this
 * machine lets us have no more of a container (that takes root, unshare and setpriv), its files are protected by their
 * permissions alone, and the tests that ask for more are skipped and say why.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "what confines a process is Linux's")
class ImageIT {
    private static final int TERMINATED = 143;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String ARCHIVE = "app/consigne.jsa";

    private static StorePair stores;
    private static LaidOutImage image;
    private static Confinement confinement;

    @BeforeAll
    static void buildImage() throws Exception {
        assumeTrue(Files.exists(ServiceProcess.JAR), "the native executable has an image of its own");
        image = LaidOutImage.at(Path.of("target/image"));
        confinement = Confinement.of(image);
        assumeTrue(
                confinement
                                .build(List.of("sh", "-c", "curl --version"), Map.of())
                                .exit()
                        == 0,
                "there is no curl, which the image has");
        archiveClasses();
        image.protect();
        stores = StorePair.start("stores-image");
    }

    /** An image's build has all ports to itself, and we have not. */
    private static void archiveClasses() throws Exception {
        Map<String, String> before = image.files();
        Ended step;
        try (ServerSocket free = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            String port = Integer.toString(free.getLocalPort());
            String management = Integer.toString(other.getLocalPort());
            free.close();
            other.close();
            step = confinement.build(
                    List.of("sh", "-c", image.buildStep().replace(":9000/", ":" + management + "/")),
                    Map.of("QUARKUS_HTTP_PORT", port, "QUARKUS_MANAGEMENT_PORT", management));
        }
        assertThat(step.exit()).as(step.output()).isZero();
        assertThat(image.files())
                .containsAllEntriesOf(before)
                .hasSize(before.size() + 1)
                .containsKey(ARCHIVE);
        image.emptyTmp();
    }

    @AfterAll
    static void removeAll() throws Exception {
        if (stores != null) {
            stores.close();
        }
        if (image != null) {
            image.remove();
        }
    }

    @Test
    void servesChangesNoFileAndEndsOnTheFirstSignal() throws Exception {
        Map<String, String> before = image.files();
        byte[] bytes = Bytes.seeded(1, 3_000_000);
        try (ServiceProcess service = ServiceProcess.start(confinement.start(List.of(), settings()))) {
            assertThat(status(service.management("/q/health/ready"))).isEqualTo(200);
            assertThat(put(service.content("a"), bytes)).isIn(200, 201);
            assertThat(CLIENT.send(HttpRequest.newBuilder(service.content("a")).build(), BodyHandlers.ofByteArray())
                            .body())
                    .isEqualTo(bytes);

            service.terminate();

            assertThat(service.awaitExit()).isEqualTo(TERMINATED);
        }
        assertThat(image.files()).isEqualTo(before);
    }

    /** Made with the image's own heap, and of use with that of an overlay too. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-Xmx1g -XX:MaxDirectMemorySize=512m"})
    void usesTheArchiveOfItsClasses(String options) throws Exception {
        Map<String, String> settings = settings();
        settings.put("JDK_JAVA_OPTIONS", options);
        try (ServiceProcess service = ServiceProcess.start(confinement.start(List.of(), settings))) {
            assertThat(Files.readString(Path.of("/proc", Long.toString(service.pid()), "maps")))
                    .contains("/" + ARCHIVE);
        }
    }

    @Test
    void startsWithAnArchiveThatDoesNotFitOrIsMissing() throws Exception {
        Path archive = image.root().resolve(ARCHIVE);
        Path kept = archive.resolveSibling("kept");
        Files.move(archive, kept);
        try {
            Ended missing = help();
            Files.write(archive, Bytes.seeded(2, 100_000));
            Ended wrong = help();

            assertThat(List.of(missing, wrong)).allSatisfy(ended -> {
                assertThat(ended.exit()).isZero();
                assertThat(ended.output()).contains("Usage: java -jar quarkus-run.jar");
            });
        } finally {
            Files.move(kept, archive, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    void isNotRootHasNoCapabilityAndCanGainNone() throws Exception {
        requireAll();
        try (ServiceProcess service = ServiceProcess.start(confinement.start(List.of(), settings()))) {
            Map<String, String> status = status(service.pid());

            assertThat(image.user()).isNotEqualTo("0");
            assertThat(status.get("Uid").split("\t")).containsOnly(image.user());
            assertThat(status.get("Groups")).isIn("", "0");
            assertThat(List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"))
                    .allSatisfy(set -> assertThat(status.get(set)).matches("0+"));
            assertThat(status).containsEntry("NoNewPrivs", "1");
        }
    }

    /** Asked of the kernel, of every file and directory there is but those of processes. */
    @Test
    void canWriteNothingButItsTmp() throws Exception {
        requireAll();
        Ended found = confinement.run(
                List.of(
                        "find",
                        "/",
                        "-path",
                        "/proc",
                        "-prune",
                        "-o",
                        "(",
                        "-type",
                        "f",
                        "-o",
                        "-type",
                        "d",
                        ")",
                        "-writable",
                        "-print"),
                Map.of());

        assertThat(found.output().lines().filter(line -> !line.startsWith("/tmp/") && !line.startsWith("find: ")))
                .containsExactly("/tmp");
    }

    private static Ended help() throws Exception {
        List<String> command = new ArrayList<>(image.entrypoint());
        command.add("--help");
        return confinement.run(command, Map.of());
    }

    private static void requireAll() {
        assumeTrue(confinement.complete(), confinement.lacks());
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(stores.settings());
        settings.put("CONSIGNE_ACCESS", "open");
        settings.put("CONSIGNE_DEMO_BUCKET", "demo");
        settings.put("CONSIGNE_FILE_CHUNK_SIZE", "256K");
        settings.put("QUARKUS_FLYWAY_MIGRATE_AT_START", "true");
        settings.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        settings.put("QUARKUS_HTTP_PORT", "0");
        settings.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
        settings.put("QUARKUS_MANAGEMENT_PORT", "0");
        return settings;
    }

    private static Map<String, String> status(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .map(line -> line.split(":", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1].strip()));
    }

    private static int put(URI content, byte[] bytes) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(content)
                                .PUT(BodyPublishers.ofByteArray(bytes))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private static int status(URI uri) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
