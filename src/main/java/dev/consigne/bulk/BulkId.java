package dev.consigne.bulk;

import java.util.UUID;

/** Names a bulk task. */
public record BulkId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
