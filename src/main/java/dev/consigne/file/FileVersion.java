package dev.consigne.file;

import java.time.Instant;
import java.util.Optional;

/**
 * One generation of a file: what it is, or what it was.
 *
 * @param file as it stands or, of an earlier generation, stood last
 * @param replacedAt when it was replaced or deleted; empty: it is the current one
 * @param deleted whether the file was deleted with it and has not come back since
 * @param expiresAt from when on it is given up by itself; empty: never
 */
public record FileVersion(FileRecord file, Optional<Instant> replacedAt, boolean deleted, Optional<Instant> expiresAt) {
    public boolean current() {
        return replacedAt.isEmpty();
    }
}
