package dev.consigne.mongo;

import com.mongodb.client.model.Filters;
import dev.consigne.file.ContentId;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.bson.conversions.Bson;

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

    /** Names so many chunks from the first on. */
    static Bson window(ContentId contentId, int first, int count) {
        List<String> keys = IntStream.range(first, first + count)
                .mapToObj(number -> of(contentId, number))
                .toList();
        return keys.size() == 1 ? Filters.eq(keys.get(0)) : Filters.in("_id", keys);
    }

    /** Sorts behind every chunk of the content and before those of the next. */
    static String afterAllOf(ContentId contentId) {
        return contentId.value() + ";";
    }

    static ContentId contentId(String key) {
        return new ContentId(UUID.fromString(key.substring(0, UUID_LENGTH)));
    }

    static int number(String key) {
        return Integer.parseInt(key.substring(UUID_LENGTH + 1));
    }
}
