package dev.consigne.file;

import java.util.List;

/** The states a content can be in, each once. */
public final class ContentStates {
    public static final ContentState.Pending PENDING = new ContentState.Pending();
    public static final ContentState.Live LIVE = new ContentState.Live();
    public static final ContentState.Damaged DAMAGED = new ContentState.Damaged();
    public static final ContentState.Tombstoned TOMBSTONED = new ContentState.Tombstoned();
    public static final ContentState.Aborting ABORTING = new ContentState.Aborting();
    public static final ContentState.Suspect SUSPECT = new ContentState.Suspect();
    public static final ContentState.Purging PURGING = new ContentState.Purging();
    public static final ContentState.Purged PURGED = new ContentState.Purged();

    /** Every state, in the order of a content's life. */
    public static final List<ContentState> ALL =
            List.of(PENDING, LIVE, DAMAGED, TOMBSTONED, ABORTING, SUSPECT, PURGING, PURGED);

    private ContentStates() {}

    /** The state with this label; throws {@link IllegalArgumentException} for any other text. */
    public static ContentState of(String label) {
        return ALL.stream()
                .filter(state -> state.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such state: " + label));
    }
}
