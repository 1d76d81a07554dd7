package dev.consigne.job;

import dev.consigne.file.ContentState;
import dev.consigne.file.Manifest;
import dev.consigne.file.StoredContent;
import java.util.Optional;

/**
 * A published content as the catalog has it.
 *
 * @param file what its manifest should be; empty if neither a file nor a version refers to it
 * @param counted how many refer to it, as its row says
 * @param referring how many do
 */
public record CatalogEntry(
        StoredContent content, ContentState state, Optional<Manifest> file, long counted, long referring) {}
