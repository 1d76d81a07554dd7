package dev.consigne.job;

import dev.consigne.file.FileId;
import dev.consigne.file.Manifest;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** The catalog as those see it who make files of contents that lost their rows. Fails as {@code FileCatalog} does. */
public interface AdoptionCatalog {
    /** Gives a complete content without a row one, as SUSPECT and kept for the retention; one that has a row keeps it. */
    Uni<Void> takeIn(Manifest manifest, Duration retention);

    /**
     * SUSPECT to LIVE as a new file under the manifest's name, in one transaction, with the event of every new file.
     *
     * @param newFileId the file's id
     */
    Uni<Adoption> adopt(Manifest manifest, FileId newFileId);

    /** What became of it. */
    enum Adoption {
        ADOPTED,
        /** A file has the name; which of the two is right is not for a program to say. */
        NAME_TAKEN,
        NO_BUCKET,
        /** The content is no longer SUSPECT: somebody else adopted or removed it. */
        NOT_SUSPECT
    }
}
