package dev.consigne.job;

import dev.consigne.file.ContentId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How far a walk has come: in which part, and behind which content. Written as {@code part:id}.
 *
 * @param after empty at the beginning of a part
 */
record Checkpoint(String part, Optional<ContentId> after) {
    /** The written form; an empty text is the beginning of the first part. */
    static Checkpoint parse(String text, String firstPart) {
        if (text.isEmpty()) {
            return new Checkpoint(firstPart, Optional.empty());
        }
        int colon = text.indexOf(':');
        String id = text.substring(colon + 1);
        return new Checkpoint(
                text.substring(0, colon),
                id.isEmpty() ? Optional.empty() : Optional.of(new ContentId(UUID.fromString(id))));
    }

    /** Behind the last of these; at the same place if there are none. */
    Checkpoint behind(List<ContentId> ids) {
        return ids.isEmpty() ? this : new Checkpoint(part, Optional.of(ids.get(ids.size() - 1)));
    }

    static String beginningOf(String part) {
        return new Checkpoint(part, Optional.empty()).toString();
    }

    @Override
    public String toString() {
        return part + ":" + after.map(ContentId::toString).orElse("");
    }
}
