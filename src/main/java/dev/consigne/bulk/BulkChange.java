package dev.consigne.bulk;

import dev.consigne.file.BucketName;
import java.util.Map;
import java.util.Optional;

/** What a bulk task does with each of its files. */
public sealed interface BulkChange {
    /** Deletes it. */
    record Delete() implements BulkChange {}

    /**
     * Changes its tags.
     *
     * @param patch values by key; an empty one takes the tag away, what is not mentioned stays
     */
    record Tag(Map<String, Optional<String>> patch) implements BulkChange {
        public Tag {
            patch = Map.copyOf(patch);
        }
    }

    /**
     * Gives it another name: of files selected by a prefix, that prefix is replaced; of others, it is put before the last
     * segment.
     *
     * @param bucket where to; empty: stays where it is
     * @param prefix may be empty
     */
    record Move(Optional<BucketName> bucket, String prefix) implements BulkChange {}
}
