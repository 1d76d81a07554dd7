package dev.consigne.crash;

import dev.consigne.file.ProtocolStep;
import java.util.SortedSet;

/** A place in the removal of a content at which the collector's process dies, and what is then still in MongoDB. */
enum CollectorPoint {
    CLAIMED("C16", Halt.at(ProtocolStep.CLAIMED), 0, true),
    SOME_CHUNKS_REMOVED("C17", Halt.at(ProtocolStep.CHUNKS_REMOVED), 64, true),
    /** An upload of unknown length may have had 256 chunks: four batches. */
    ALL_CHUNKS_REMOVED("C18", Halt.at(ProtocolStep.CHUNKS_REMOVED, 4), 256, true),
    ALL_REMOVED("C19", Halt.at(ProtocolStep.FORGOTTEN), 256, false);

    private final String number;
    private final Halt halt;
    private final int removed;
    private final boolean announced;

    CollectorPoint(String number, Halt halt, int removed, boolean announced) {
        this.number = number;
        this.halt = halt;
        this.removed = removed;
        this.announced = announced;
    }

    String number() {
        return number;
    }

    Halt halt() {
        return halt;
    }

    /** What is left of these chunks. */
    SortedSet<Integer> leftOf(SortedSet<Integer> chunks) {
        return chunks.tailSet(removed);
    }

    /** Whether MongoDB still names the content. */
    boolean announced() {
        return announced;
    }

    @Override
    public String toString() {
        return number + " " + name();
    }
}
