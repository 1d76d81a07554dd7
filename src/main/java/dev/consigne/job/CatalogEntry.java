package dev.consigne.job;

import dev.consigne.file.ContentState;
import dev.consigne.file.Manifest;
import dev.consigne.file.StoredContent;
import java.util.Optional;

/**
 * A published content as the catalog has it.
 *
 * @param file what its manifest should be; empty if no file refers to it
 */
public record CatalogEntry(StoredContent content, ContentState state, Optional<Manifest> file) {}
