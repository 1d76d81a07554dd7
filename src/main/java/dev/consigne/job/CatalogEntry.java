package dev.consigne.job;

import dev.consigne.file.ContentState;
import dev.consigne.file.ContentStates;
import dev.consigne.file.Manifest;
import dev.consigne.file.StoredContent;
import java.util.Optional;

/**
 * A content that was published, as the catalog has it.
 *
 * @param state LIVE or DAMAGED; any other if it was given up though something refers to it
 * @param file what its manifest should be; empty if neither a file nor a version refers to it
 * @param counted how many refer to it, as its row says
 * @param referring how many do
 */
public record CatalogEntry(
        StoredContent content, ContentState state, Optional<Manifest> file, long counted, long referring) {
    /** Whether it may still be read: only then is it checked. */
    boolean published() {
        return state.equals(ContentStates.LIVE) || state.equals(ContentStates.DAMAGED);
    }
}
