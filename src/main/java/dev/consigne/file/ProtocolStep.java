package dev.consigne.file;

/** The places between two steps of the write protocol where a crash leaves something behind, in order. */
public enum ProtocolStep {
    /** The PENDING row is committed. */
    INTENT_WRITTEN,
    /** The content id is known to the chunk store; no chunk is. */
    ANNOUNCED,
    /** A chunk was acknowledged; reached once for each. */
    CHUNK_WRITTEN,
    /** All chunks were acknowledged. */
    CHUNKS_WRITTEN,
    /** The manifest was acknowledged. */
    SEALED,
    /** The content was published; the caller does not know yet. */
    PUBLISHED,
    /** The upload failed or was refused; its row still says PENDING. */
    UPLOAD_FAILED,
    /** The collector took the right to publish from a lapsed upload: its row says ABORTING or SUSPECT. */
    EXPIRED,
    /** The collector has claimed a content. */
    CLAIMED,
    /** The collector removed some of its chunks; reached once for each batch. */
    CHUNKS_REMOVED,
    /** The collector removed the manifest; the row still says PURGING. */
    FORGOTTEN
}
