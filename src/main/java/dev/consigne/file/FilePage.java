package dev.consigne.file;

import java.util.List;

/**
 * A page of a listing.
 *
 * @param files in order
 * @param more whether others follow
 */
public record FilePage(List<FileRecord> files, boolean more) {
    public FilePage {
        files = List.copyOf(files);
    }
}
