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
    ADOPT,
    /** Carries out the changes to many files that users asked for. */
    BULK;

    /** Why the job cannot be run with this order; empty if it can. */
    public Optional<String> refusal(JobOrder order) {
        if (this == COLLECTOR && !order.repairs()) {
            return Optional.of("The collector removes what may be removed; it has no report.");
        }
        if (this == BULK && !order.repairs()) {
            return Optional.of("Bulk tasks are carried out; there is no report of them but themselves.");
        }
        if (this != FSCK && order.deep()) {
            return Optional.of("Only fsck leaves the choice whether every byte is read.");
        }
        return Optional.empty();
    }

    /** As written in settings, paths and the catalog. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<JobName> of(String label) {
        return Stream.of(values()).filter(name -> name.label().equals(label)).findFirst();
    }
}
