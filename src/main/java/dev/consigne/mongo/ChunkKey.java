package dev.consigne.mongo;

import dev.consigne.file.ContentId;
import java.util.UUID;

/**
 * The {@code _id} of a chunk document: {@code <content id>:<number in 8 digits>}. One string, so that the one index
 * every server has is the only one needed; the zeros keep a content's chunks in order.
 */
final class ChunkKey {
    private static final int UUID_LENGTH = 36;

    private ChunkKey() {}

    static String of(ContentId contentId, int number) {
        StringBuilder key =
                new StringBuilder(UUID_LENGTH + 9).append(contentId.value()).append(':');
        String digits = Integer.toString(number);
        return key.append("00000000", 0, Math.max(0, 8 - digits.length()))
                .append(digits)
                .toString();
    }

    static ContentId contentId(String key) {
        return new ContentId(UUID.fromString(key.substring(0, UUID_LENGTH)));
    }

    static int number(String key) {
        return Integer.parseInt(key.substring(UUID_LENGTH + 1));
    }
}
