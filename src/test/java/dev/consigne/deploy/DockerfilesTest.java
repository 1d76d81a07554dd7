package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.deploy.Dockerfile.Instruction;
import dev.consigne.deploy.Dockerfile.Stage;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the images without building them. */
class DockerfilesTest {

    private static final Path JVM = Path.of("docker/Dockerfile.jvm");
    private static final Path NATIVE = Path.of("docker/Dockerfile.native");

    @ParameterizedTest
    @ValueSource(strings = {"docker/Dockerfile.jvm", "docker/Dockerfile.native"})
    void copiesFromTheProjectWhatIsThereAndNotIgnored(Path file) throws IOException {
        List<String> allowed = allowedByDockerignore();
        List<String> sources = Dockerfile.read(file).stages().stream()
                .flatMap(stage -> stage.all("COPY").stream())
                .filter(copy -> copy.flag("from").isEmpty())
                .flatMap(copy -> sources(copy).stream())
                .toList();
        assertThat(sources).contains("pom.xml", "src/main").allSatisfy(source -> {
            assertThat(Path.of(source)).exists();
            assertThat(allowed).anyMatch(entry -> Path.of(source).startsWith(entry));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/Dockerfile.jvm", "docker/Dockerfile.native"})
    void copiesFromAStageWhatIsBuiltThere(Path file) {
        List<Stage> stages = Dockerfile.read(file).stages();
        assertThat(Dockerfile.read(file).image().all("COPY")).isNotEmpty().allSatisfy(copy -> {
            Stage origin = stages.subList(0, stages.size() - 1).stream()
                    .filter(stage -> stage.name().equals(copy.flag("from").orElseThrow()))
                    .findFirst()
                    .orElseThrow();
            assertThat(origin.last("RUN")).contains("./mvnw ").endsWith(" package");
            assertThat(sources(copy))
                    .allSatisfy(source -> assertThat(source).startsWith(origin.last("WORKDIR") + "/target/"));
        });
    }

    @Test
    void copiesEveryPartOfTheApplicationAndTheOneThatChangesMostLast() {
        assertThat(Dockerfile.read(JVM).image().all("COPY"))
                .extracting(copy -> sources(copy).get(0).replace("/code/target/quarkus-app/", ""))
                .containsExactly("lib/", "quarkus-run.jar", "quarkus/", "app/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/Dockerfile.jvm", "docker/Dockerfile.native"})
    void runsAsANumberedUserThatIsNotRoot(Path file) {
        assertThat(Dockerfile.read(file).image().last("USER")).matches("[1-9][0-9]*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/Dockerfile.jvm", "docker/Dockerfile.native"})
    void startsTheServiceWithoutAShell(Path file) {
        Stage image = Dockerfile.read(file).image();
        assertThat(image.last("ENTRYPOINT"))
                .matches("\\[\"[^\"]+\"(, \"[^\"]+\")*]")
                .doesNotContain("\"sh\"", "bash");
        assertThat(image.all("CMD")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/Dockerfile.jvm", "docker/Dockerfile.native"})
    void namesTheVersionOfItsBaseImages(Path file) {
        Dockerfile dockerfile = Dockerfile.read(file);
        assertThat(dockerfile.stages())
                .hasSizeGreaterThan(1)
                .extracting(dockerfile::base)
                .allSatisfy(base -> assertThat(base).matches(".+:[^:/]+").doesNotEndWith(":latest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/Dockerfile.jvm", "docker/Dockerfile.native"})
    void canBePinnedToTheDigestsOfItsBaseImages(Path file) throws IOException {
        Dockerfile dockerfile = Dockerfile.read(file);
        assertThat(dockerfile.parameters()).containsOnlyKeys("BUILD_IMAGE", "RUNTIME_IMAGE");
        assertThat(dockerfile.stages()).extracting(Stage::base).containsExactly("${BUILD_IMAGE}", "${RUNTIME_IMAGE}");
        assertThat(Files.readString(Path.of("docs/supply-chain.md"))).contains("BUILD_IMAGE", "RUNTIME_IMAGE");
    }

    @Test
    void leavesRoomInThePodBesidesHeapAndDirectMemory() throws IOException {
        hasRoom(Dockerfile.read(JVM).image().last("ENV"));
        hasRoom(Dockerfile.read(NATIVE).image().last("ENTRYPOINT"));
    }

    /** As root, who alone may write there, and none of it is left but the archive. */
    @Test
    void makesTheArchiveOfClassesThatItStartsWith() {
        Stage image = Dockerfile.read(JVM).image();
        List<String> keywords =
                image.instructions().stream().map(Instruction::keyword).toList();
        assertThat(keywords).containsSubsequence("COPY", "ENV", "USER", "RUN", "USER", "ENTRYPOINT");
        assertThat(keywords.lastIndexOf("COPY")).isLessThan(keywords.indexOf("RUN"));
        assertThat(image.all("USER"))
                .extracting(Instruction::arguments)
                .startsWith("0")
                .hasSize(2);
        Instruction run = image.all("RUN").get(0);
        assertThat(run.flag("mount")).contains("type=tmpfs,target=/tmp");
        assertThat(run.command())
                .contains("-XX:ArchiveClassesAtExit=/app/consigne.jsa")
                .endsWith("test $? -eq 143 -a -s /app/consigne.jsa");
        assertThat(image.entrypoint())
                .contains("-XX:SharedArchiveFile=/app/consigne.jsa")
                .doesNotContain("-Xshare:on");
    }

    /** The native image has but this one. */
    @Test
    void namesTheCollector() {
        assertThat(Dockerfile.read(JVM).image().last("ENV")).contains(" -XX:+UseSerialGC ");
    }

    @Test
    void compilesNativelyForACpuWithAes() {
        Stage build = Dockerfile.read(NATIVE).stages().get(0);
        assertThat(build.last("ARG")).isIn("MARCH=haswell", "MARCH=skylake");
        assertThat(build.last("RUN")).contains(" -Dquarkus.native.march=${MARCH} ");
    }

    private static void hasRoom(String options) throws IOException {
        long pod = memoryOfThePod();
        long heap = mebibytes(options, "-Xmx");
        long direct = mebibytes(options, "-XX:MaxDirectMemorySize=");
        assertThat(heap).isLessThanOrEqualTo(pod / 2);
        assertThat(heap + direct).isLessThanOrEqualTo(pod * 3 / 4);
        assertThat(options).contains("-XX:+ExitOnOutOfMemoryError");
    }

    private static long mebibytes(String options, String flag) {
        Matcher size = Pattern.compile(Pattern.quote(flag) + "(\\d+)m").matcher(options);
        assertThat(size.find()).as(flag + " in " + options).isTrue();
        return Long.parseLong(size.group(1));
    }

    private static long memoryOfThePod() throws IOException {
        Deployment deployment = (Deployment)
                StrictManifests.read(Files.readString(KubernetesManifestsTest.BASE.resolve("deployment.yaml")))
                        .get(0);
        Quantity limit = deployment
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getResources()
                .getLimits()
                .get("memory");
        return Quantity.getAmountInBytes(limit).longValueExact() >> 20;
    }

    /** The file names what is let in, so everything else must be shut out first. */
    private static List<String> allowedByDockerignore() throws IOException {
        List<String> entries = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        assertThat(entries).first().isEqualTo("*");
        assertThat(entries.subList(1, entries.size())).allMatch(entry -> entry.startsWith("!"));
        return entries.stream().skip(1).map(entry -> entry.substring(1)).toList();
    }

    private static List<String> sources(Instruction copy) {
        return copy.words().subList(0, copy.words().size() - 1);
    }
}
