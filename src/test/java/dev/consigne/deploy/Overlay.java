package dev.consigne.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** An overlay as it was rendered last: what a cluster would get. That this is of the sources, RenderedOverlaysTest says. */
enum Overlay {
    DEV,
    PROD;

    private static final Path K8S = Path.of("k8s");

    Manifests manifests() {
        return new Manifests(StrictManifests.read(text()));
    }

    Path sources() {
        return K8S.resolve("overlays").resolve(label());
    }

    String text() {
        try {
            return Files.readString(K8S.resolve("rendered").resolve(label() + ".yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
