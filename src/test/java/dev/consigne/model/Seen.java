package dev.consigne.model;

import dev.consigne.file.FileId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a look at the service found.
 *
 * @param names what has a name
 * @param past of each file anybody ever saw, every generation there is, newest first
 */
record Seen(SortedMap<String, File> names, Map<FileId, List<Generation>> past) {
    /** What a name means. */
    record File(FileId id, Version version) {}

    /** One generation, its bytes having been read. */
    record Generation(Version version, boolean current, boolean deleted) {
        @Override
        public String toString() {
            return version + (current ? "" : deleted ? ", deleted" : ", replaced");
        }
    }
}
