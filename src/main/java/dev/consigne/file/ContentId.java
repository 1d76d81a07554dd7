package dev.consigne.file;

import java.util.UUID;

/** Names the bytes of one upload attempt. Never used twice, so a late write can only ever add garbage to a dead id. */
public record ContentId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
