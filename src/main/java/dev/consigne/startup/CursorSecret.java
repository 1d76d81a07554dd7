package dev.consigne.startup;

/** The key of the signature on cursors: kept in the catalog, so that every replica has it and nobody has to set it. */
public interface CursorSecret {
    /** At least 32 bytes; known once the stores have been found. */
    byte[] bytes();
}
