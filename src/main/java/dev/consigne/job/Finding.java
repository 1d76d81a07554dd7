package dev.consigne.job;

import dev.consigne.file.BucketName;
import dev.consigne.file.ContentId;
import dev.consigne.file.FileName;
import dev.consigne.file.Manifest;
import java.util.Optional;

/**
 * One thing that is not as it should be.
 *
 * @param bucket and {@code name}: the file, where one is known
 * @param detail what exactly, for people
 */
public record Finding(
        FindingKind kind, ContentId contentId, Optional<BucketName> bucket, Optional<FileName> name, String detail) {

    static Finding of(FindingKind kind, CatalogEntry entry, String detail) {
        return new Finding(
                kind,
                entry.content().contentId(),
                entry.file().map(Manifest::bucket),
                entry.file().map(Manifest::name),
                detail);
    }

    static Finding of(FindingKind kind, Announced announced, String detail) {
        return new Finding(
                kind,
                announced.contentId(),
                announced.manifest().map(Manifest::bucket),
                announced.manifest().map(Manifest::name),
                detail);
    }
}
