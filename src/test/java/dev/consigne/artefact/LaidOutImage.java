package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.consigne.deploy.Dockerfile;
import dev.consigne.deploy.Dockerfile.Instruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What docker/Dockerfile.jvm makes of the artefact just built, as a directory: its COPY lines, followed to the letter. */
final class LaidOutImage {
    private static final Path DOCKERFILE = Path.of("docker/Dockerfile.jvm");
    private static final String BUILT = "/code/target/";
    private static final Path TARGET = Path.of("target");

    private final Path root;
    private final Dockerfile.Stage image;

    private LaidOutImage(Path root, Dockerfile.Stage image) {
        this.root = root;
        this.image = image;
    }

    /** @param root that of the image's file system; what was there before goes */
    static LaidOutImage at(Path root) throws IOException {
        remove(root);
        LaidOutImage laidOut =
                new LaidOutImage(root, Dockerfile.read(DOCKERFILE).image());
        Files.createDirectories(root.resolve("tmp"));
        for (Instruction copy : laidOut.image.all("COPY")) {
            laidOut.copy(copy.words());
        }
        return laidOut;
    }

    Path root() {
        return root;
    }

    /** Of all that runs. */
    Path directory() {
        return Path.of(image.last("WORKDIR"));
    }

    String user() {
        return image.last("USER");
    }

    Map<String, String> environment() {
        return image.environment();
    }

    List<String> entrypoint() {
        return image.entrypoint();
    }

    /** What is done in it while it is built, by root and with a {@code /tmp} of its own. */
    String buildStep() {
        List<Instruction> steps = image.all("RUN");
        assertThat(steps).hasSize(1);
        assertThat(steps.get(0).flag("mount")).contains("type=tmpfs,target=/tmp");
        return steps.get(0).command();
    }

    /** Size and time of change of each file, but for those of {@code /tmp}. */
    Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(root.resolve("tmp")))
                    .toList()) {
                files.put(root.relativize(file).toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        return files;
    }

    /** As the end of the build step does, with which its {@code /tmp} goes. */
    void emptyTmp() throws IOException {
        remove(root.resolve("tmp"));
        Files.createDirectory(root.resolve("tmp"));
    }

    /** For everybody: who else may read them is the engine's to say. */
    void protect() throws IOException {
        try (Stream<Path> all = Files.walk(root.resolve(relative(directory())))) {
            for (Path path : all.toList()) {
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "r-xr-xr-x" : "r--r--r--"));
            }
        }
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    void remove() throws IOException {
        remove(root);
    }

    private void copy(List<String> words) throws IOException {
        String target = words.get(words.size() - 1);
        Path into = root.resolve(relative(directory())).resolve(target).normalize();
        for (String source : words.subList(0, words.size() - 1)) {
            Path from = TARGET.resolve(source.substring(BUILT.length()));
            copy(from, Files.isDirectory(from) ? into : into.resolve(from.getFileName()));
        }
    }

    /** A directory's contents, as COPY has it, with the times and permissions of its files. */
    private static void copy(Path from, Path into) throws IOException {
        Files.createDirectories(into.getParent());
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(
                        path,
                        into.resolve(from.relativize(path).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static Path relative(Path path) {
        return Path.of("/").relativize(path);
    }

    private static void remove(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> directories;
        try (Stream<Path> all = Files.walk(root)) {
            directories = new ArrayList<>(all.filter(Files::isDirectory).toList());
        }
        for (Path directory : directories) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
