package dev.consigne.startup;

import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.UUID;

/** The mark of one of the two stores that tells which pair it belongs to. */
public interface StoreIdentity {
    /** The catalog's side. */
    interface OfCatalog {
        /**
         * What the catalog says of itself.
         *
         * @return fails if it does not answer, or its schema is older than this code needs, with a message for the operator
         */
        Uni<Catalog> read();
    }

    /** The chunk store's side. */
    interface OfChunks {
        /** The id written into it, empty if it was never paired. */
        Uni<Optional<UUID>> read();

        /** Pairs it; an id that is there already stays. */
        Uni<Void> write(UUID storeId);
    }

    /**
     * @param storeId made with the catalog's schema
     * @param hasContents whether it names any content, so that an unpaired chunk store cannot be its partner
     * @param cursorSecret key of the signature on cursors
     */
    @SuppressWarnings("ArrayRecordComponent") // a key, compared with nothing
    record Catalog(UUID storeId, boolean hasContents, byte[] cursorSecret) {
        @Override
        public String toString() {
            return "Catalog[storeId=" + storeId + ", hasContents=" + hasContents + "]";
        }
    }
}
