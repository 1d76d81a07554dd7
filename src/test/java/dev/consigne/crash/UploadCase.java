package dev.consigne.crash;

import dev.consigne.testing.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One upload that is cut off: where, and of what. */
record UploadCase(UploadPoint point, Shape shape) {
    private static final int OLD_LENGTH = WiredService.CHUNK + 1;

    static List<UploadCase> all() {
        return Arrays.stream(Shape.values())
                .flatMap(shape -> UploadPoint.of(shape).stream().map(point -> new UploadCase(point, shape)))
                .toList();
    }

    /** The file's, unlike that of any other case. */
    String name() {
        return toString().replaceAll("[^A-Za-z0-9]+", "-");
    }

    boolean overwrites() {
        return shape == Shape.OVERWRITE;
    }

    byte[] oldBytes() {
        return Bytes.seeded(-name().hashCode(), OLD_LENGTH);
    }

    Orders orders() {
        return new Orders(point.deed(), name(), shape.length(), Halt.NOWHERE);
    }

    /** What the file was before it stays until the very moment the new content is published. */
    Left leftOfTheReplaced() {
        return point.left() == Left.PUBLISHED ? Left.REMOVED : Left.PUBLISHED;
    }

    /** The SHA-256 of what the name means after the crash, and from then on. */
    Optional<String> meaning() {
        if (point.left() == Left.PUBLISHED) {
            return Optional.of(Bytes.sha256(orders().bytes()));
        }
        return overwrites() ? Optional.of(Bytes.sha256(oldBytes())) : Optional.empty();
    }

    @Override
    public String toString() {
        return point.number() + " " + point.place() + ", " + shape;
    }
}
