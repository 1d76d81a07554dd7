package dev.consigne.bulk;

import dev.consigne.error.ErrorCode;
import dev.consigne.error.ServiceException;
import dev.consigne.file.FileId;
import java.util.LinkedHashSet;
import java.util.List;

/** Which files of a bucket a bulk task is about. */
public sealed interface Selection {
    /** Files by their ids, each once and in this order; 1 to {@value #MAX}. */
    record Ids(List<FileId> ids) implements Selection {
        public static final int MAX = 1000;

        public Ids {
            if (ids.isEmpty() || ids.size() > MAX) {
                throw new ServiceException(
                                ErrorCode.INVALID_BODY,
                                "ids has " + ids.size() + " members; 1 to " + MAX + " are allowed.")
                        .with("pointer", "/ids")
                        .with("limit", MAX);
            }
            ids = List.copyOf(new LinkedHashSet<>(ids));
        }
    }

    /** Every file whose name begins with this, in the order of the names; not empty. */
    record Prefix(String prefix) implements Selection {}
}
