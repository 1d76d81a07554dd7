package dev.consigne.job;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The jobs there are. */
public enum JobName {
    /** Removes content nobody may read any more. */
    COLLECTOR,
    /** Looks whether every chunk of every published content is there. */
    CHECK,
    /** Reads every byte of every published content. */
    SCRUB,
    /** Looks for contents in MongoDB that the catalog does not name. */
    ORPHANS,
    /** Each store against the other, in both directions. */
    FSCK,
    /** Makes files of complete contents that lost their rows. */
    ADOPT;

    /** As written in settings, paths and the catalog. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<JobName> of(String label) {
        return Stream.of(values()).filter(name -> name.label().equals(label)).findFirst();
    }
}
