package dev.consigne.file;

import java.util.List;
import java.util.Optional;

/**
 * A page of a listing.
 *
 * @param files in order
 * @param folders beginnings of names up to and with the delimiter, in order; they stand among the files by name
 * @param next where the next page begins; empty if nothing follows
 */
public record FilePage(List<FileRecord> files, List<String> folders, Optional<SortOrder.Position> next) {
    /** Without any file. */
    public static final FilePage EMPTY = new FilePage(List.of(), List.of(), Optional.empty());

    public FilePage {
        files = List.copyOf(files);
        folders = List.copyOf(folders);
    }

    /** Whether others follow. */
    public boolean more() {
        return next.isPresent();
    }
}
