package dev.consigne.model;

import dev.consigne.file.FileRecord;

/**
 * What a name means at one moment, as far as anybody outside can tell.
 *
 * @param sha256 of its bytes, in lower-case hexadecimal
 * @param length in bytes
 * @param generation 1 at creation, one more with each replacement
 */
record Version(String sha256, long length, long generation) {
    static Version of(FileRecord file) {
        return new Version(file.content().sha256().hex(), file.length(), file.generation());
    }

    @Override
    public String toString() {
        return "generation " + generation + ", " + length + " bytes, sha " + sha256.substring(0, 8);
    }
}
