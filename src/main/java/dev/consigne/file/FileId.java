package dev.consigne.file;

import java.util.UUID;

/** Names a file for as long as it exists, through renames and replacements. */
public record FileId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
