package dev.consigne.job;

import dev.consigne.file.ContentId;
import dev.consigne.file.FileId;
import dev.consigne.file.Manifest;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The catalog as those see it who make files of contents that lost their rows. Fails as {@code FileCatalog} does. */
public interface AdoptionCatalog {
    /** Notes who claims which name, each content once a run. */
    Uni<Void> note(List<Claim> claims, long run);

    /** Forgets claims not seen in this run: they are files by now, or are gone. */
    Uni<Void> forgetUnseen(long run);

    /** Claimants of this run that are whole or unwanted, in the order of their ids, from the first after {@code after}. */
    Uni<List<Claimant>> claimants(long run, Optional<ContentId> after, int limit);

    /**
     * Makes a content LIVE as a new file under the manifest's name, in one transaction, with the event of every new file.
     * Whether it has no row, is SUSPECT, or PENDING past its lease: what is not adopted keeps what it has.
     *
     * @param newFileId the file's id
     */
    Uni<Adoption> adopt(Manifest manifest, FileId newFileId);

    /** Gives a content without a row one, as SUSPECT, so that it is removed after the retention; one that has a row keeps it. */
    Uni<Void> letGo(Manifest manifest, Duration retention);

    /**
     * A complete content that is no file.
     *
     * @param whole whether every byte was read and found right
     */
    record Claim(Manifest manifest, boolean whole) {}

    /**
     * @param alone whether no other claims its name that is not unwanted
     * @param unwanted whether an operator said that it is not wanted
     */
    record Claimant(ContentId contentId, boolean alone, boolean unwanted) {}

    /** What became of it. */
    enum Adoption {
        ADOPTED,
        /** A file has the name; which of the two is right is not for a program to say. */
        NAME_TAKEN,
        NO_BUCKET,
        /** The content is neither SUSPECT nor lapsed: somebody else adopted, published or removed it. */
        NOT_SUSPECT
    }
}
